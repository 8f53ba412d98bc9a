/** Seals and opens without the header and the clear bytes. */
import type * as original from '../../../web/client/sframe/cipher'
import { concat } from '../../../web/client/bytes/bytes'
import { emitHeader } from '../../../web/client/sframe/header'
import { nonceOf } from '../../../web/client/sframe/key_schedule'

export const seal: typeof original.seal = async (keys, kid, ctr, _metadata, plaintext, clear = new Uint8Array(0)) => {
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonceOf(keys.salt, ctr) }, keys.key, plaintext)
  return concat(clear, emitHeader(BigInt(kid), ctr), new Uint8Array(sealed))
}

export const open: typeof original.open = (keys, header, _headerBytes, _metadata, sealed) =>
  crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonceOf(keys.salt, header.ctr) }, keys.key, sealed).catch(() => null)
