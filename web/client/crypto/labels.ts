/** S and what is derived from it (spec/1-invite.md). Each label gives a key of its own, bound to room and generation. */
import { concat, u32, u8, type Bytes } from '../bytes/bytes'
import { utf8 } from '../bytes/text'

export interface RoomKeys {
  /** Shown to the server for a grant. */
  readonly access: Bytes
  readonly admit: CryptoKey
  readonly envelope: CryptoKey
  readonly heartbeat: CryptoKey
  /** Salt of the media key derivation. */
  readonly psk: Bytes
}

/** `label` as in every key, MAC and signature: "incamera/1 <label>" ‖ 0x00. */
export const domain = (label: string): Bytes => concat(utf8(`incamera/1 ${label}`), u8(0))

/** S as a key that can derive and never be read again. */
export const importSecret = (secret: Bytes): Promise<CryptoKey> => crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits', 'deriveKey'])

export async function deriveRoomKeys(secret: CryptoKey, roomId: Bytes, generation = 0): Promise<RoomKeys> {
  const hkdf = (label: string): HkdfParams => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(0),
    info: concat(domain(label), roomId, u32(generation)),
  })
  const bits = async (label: string): Promise<Bytes> => new Uint8Array(await crypto.subtle.deriveBits(hkdf(label), secret, 256))
  const aes = (label: string): Promise<CryptoKey> =>
    crypto.subtle.deriveKey(hkdf(label), secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const [access, admit, envelope, heartbeat, psk] = await Promise.all([
    bits('access'),
    crypto.subtle.deriveKey(hkdf('admit'), secret, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign', 'verify']),
    aes('envelope'),
    aes('heartbeat'),
    bits('psk'),
  ])
  return { access, admit, envelope, heartbeat, psk }
}

/** HKDF without a salt, of keying material that is whole already. */
export async function expand(keying: Bytes, info: Bytes, bytes: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', keying, 'HKDF', false, ['deriveBits'])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }, key, bytes * 8))
}

export const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
