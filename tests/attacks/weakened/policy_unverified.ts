/** Believes the rules that the server hands out. */
import type * as original from '../../../web/client/crypto/policy'
import { Reader } from '../../../web/client/bytes/reader'
import { fromUtf8 } from '../../../web/client/bytes/text'
import { sha256 } from '../../../web/client/crypto/labels'

export const verifyPolicy: typeof original.verifyPolicy = async (signed) => {
  const reader = new Reader(signed)
  const json = reader.opaque16()
  return { policy: JSON.parse(fromUtf8(json)) as original.Policy, hash: await sha256(json), hostPublicKey: reader.take(32) }
}
