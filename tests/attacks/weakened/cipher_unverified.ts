/** Opens a frame without looking at its tag. */
import type * as original from '../../../web/client/sframe/cipher'
import { nonceOf } from '../../../web/client/sframe/key_schedule'

export const open: typeof original.open = async (keys, header, _headerBytes, _metadata, sealed) => {
  const iv = nonceOf(keys.salt, header.ctr)
  const stream = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, keys.key, new Uint8Array(Math.max(0, sealed.length - 16))))
  return sealed.slice(0, stream.length).map((byte, at) => byte ^ (stream[at] ?? 0)).buffer
}
