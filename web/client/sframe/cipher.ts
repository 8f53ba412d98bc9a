/** SFrame seal and open of one payload, RFC 9605 §4.4.3: aad = header ‖ metadata. */
import { concat, type Bytes } from '../bytes/bytes'
import { emitHeader, type Header } from './header'
import { nonceOf, type KidKeys } from './key_schedule'

export const TAG_BYTES = 16
const NOTHING = new Uint8Array(0)

/** `clear` ‖ header ‖ ciphertext ‖ tag, joined once. Never twice with the same (keys, ctr). */
export async function seal(
  keys: KidKeys,
  kid: number | bigint,
  ctr: bigint,
  metadata: Uint8Array,
  plaintext: Bytes,
  clear: Uint8Array = NOTHING,
): Promise<Bytes> {
  const header = emitHeader(BigInt(kid), ctr)
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonceOf(keys.salt, ctr), additionalData: concat(header, metadata) },
    keys.key,
    plaintext,
  )
  return concat(clear, header, new Uint8Array(sealed))
}

/** Null when the tag does not fit. `headerBytes` are as received, so that what was authenticated is what was parsed. */
export async function open(keys: KidKeys, header: Header, headerBytes: Uint8Array, metadata: Uint8Array, sealed: Bytes): Promise<ArrayBuffer | null> {
  if (sealed.length < TAG_BYTES) return null
  try {
    return await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: nonceOf(keys.salt, header.ctr), additionalData: concat(headerBytes, metadata) },
      keys.key,
      sealed,
    )
  } catch {
    return null
  }
}
