/** Reads who somebody says to be, and asks neither S, nor the room, nor the group, nor the leaf. */
import type * as original from '../../../web/client/crypto/credential'
import { Reader } from '../../../web/client/bytes/reader'
import { fromUtf8 } from '../../../web/client/bytes/text'

export const verifyCredential: typeof original.verifyCredential = (bytes) => {
  try {
    const reader = new Reader(bytes)
    reader.u8()
    return Promise.resolve({
      roomId: reader.take(16),
      groupId: reader.take(32),
      devicePublicKey: reader.take(32),
      contactPublicKey: reader.take(32),
      leafSignatureKey: reader.take(32),
      expiresAt: reader.u64(),
      tokenHash: reader.take(32),
      displayName: fromUtf8(reader.opaque8(128)),
      admissionMac: reader.take(32),
    })
  } catch {
    return Promise.resolve(null)
  }
}
