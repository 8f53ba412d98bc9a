/** Payload plaintext (spec/6-payloads.md): u32 length ‖ json ‖ zeros to a multiple of 256, so that sizes tell little. */
import { concat, u32, type Bytes } from '../bytes/bytes'
import { Reader } from '../bytes/reader'
import { fromUtf8, utf8 } from '../bytes/text'

export const PAYLOAD_BYTES_MAX = 49_152
const BUCKET_BYTES = 256

/** Raises RangeError when it is too long. */
export function pad(json: string): Bytes {
  const text = utf8(json)
  const length = Math.ceil((4 + text.length) / BUCKET_BYTES) * BUCKET_BYTES
  if (length > PAYLOAD_BYTES_MAX) throw new RangeError('payload too long')
  return concat(u32(text.length), text, new Uint8Array(length - 4 - text.length))
}

/** Null unless the length, the bucket and every padding byte are as they must be. */
export function unpad(bytes: Uint8Array): string | null {
  if (bytes.length === 0 || bytes.length % BUCKET_BYTES !== 0 || bytes.length > PAYLOAD_BYTES_MAX) return null
  try {
    const reader = new Reader(bytes)
    const text = reader.opaque32(PAYLOAD_BYTES_MAX)
    const rest = reader.take(bytes.length - reader.position)
    if (rest.length >= BUCKET_BYTES || rest.some((byte) => byte !== 0)) return null
    return fromUtf8(text)
  } catch {
    return null
  }
}
