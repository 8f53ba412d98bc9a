/**
 * The outer envelope (spec/4-log.md):
 *
 *  0      1                    13
 * +------+--------------------+-------------------------------+
 * | 0x01 | nonce[12], random  | AES-256-GCM ciphertext ‖ tag  |
 * +------+--------------------+-------------------------------+
 */
import { concat, u64, u8, type Bytes } from '../bytes/bytes'
import { domain } from './labels'

export const kinds = { genesis: 1, join: 2, commit: 3, welcome: 4, application: 5, refusal: 6, policy: 7, heartbeat: 8 } as const
export type Kind = keyof typeof kinds

export const ENVELOPE_BYTES_MAX = 65_536
const VERSION = 1
const NONCE_BYTES = 12
const OVERHEAD_BYTES = 1 + NONCE_BYTES + 16

const aad = (kind: Kind, epoch: number, roomId: Bytes): Bytes => concat(domain('envelope'), u8(kinds[kind]), u64(epoch), roomId)

/** `nonce` is a parameter for the vectors only; everyone else leaves it to be random. Raises RangeError when nobody would take the result. */
export async function sealEnvelope(
  key: CryptoKey,
  roomId: Bytes,
  kind: Kind,
  epoch: number,
  plaintext: Bytes,
  nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES)),
): Promise<Bytes> {
  if (plaintext.length + OVERHEAD_BYTES > ENVELOPE_BYTES_MAX) throw new RangeError('an envelope has at most 65,536 bytes')
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: aad(kind, epoch, roomId) }, key, plaintext)
  return concat(u8(VERSION), nonce, new Uint8Array(sealed))
}

/** Null when it does not open: altered, of another room, kind or epoch, or by somebody without S. */
export async function openEnvelope(key: CryptoKey, roomId: Bytes, kind: Kind, epoch: number, sealed: Bytes): Promise<Bytes | null> {
  if (sealed.length < OVERHEAD_BYTES || sealed.length > ENVELOPE_BYTES_MAX || sealed[0] !== VERSION) return null
  const iv = sealed.subarray(1, 1 + NONCE_BYTES)
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: aad(kind, epoch, roomId) }, key, sealed.subarray(1 + NONCE_BYTES)),
    )
  } catch {
    return null
  }
}
