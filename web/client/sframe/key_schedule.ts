/** Keys of one KID, RFC 9605 §4.4.2, suite 5 (AES_256_GCM_SHA512_128), and the base key of an epoch (spec/9-media.md). */
import { concat, u16, u64, type Bytes } from '../bytes/bytes'
import { utf8 } from '../bytes/text'

const SUITE = 5
const NONCE_BYTES = 12

export interface KidKeys {
  readonly key: CryptoKey
  readonly salt: Bytes
}

/** HKDF(ikm = MLS exporter secret, salt = psk): whoever lacks S has no media key, even with the group's secrets. */
export async function deriveBaseKey(exporterSecret: Bytes, psk: Bytes): Promise<Bytes> {
  const ikm = await crypto.subtle.importKey('raw', exporterSecret, 'HKDF', false, ['deriveBits'])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: psk, info: utf8('incamera/1 media') }, ikm, 256))
}

/** `base_key` as a key that derives and cannot be read. HKDF's Extract with an empty salt is the RFC's sframe_secret. */
export const importBaseKey = (baseKey: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', baseKey, 'HKDF', false, ['deriveKey', 'deriveBits'])

export async function deriveKidKeys(baseKey: CryptoKey, kid: number | bigint): Promise<KidKeys> {
  const info = (name: string): Bytes => concat(utf8(`SFrame 1.0 Secret ${name} `), u64(kid), u16(SUITE))
  const hkdf = (name: string): HkdfParams => ({ name: 'HKDF', hash: 'SHA-512', salt: new Uint8Array(0), info: info(name) })
  const [key, salt] = await Promise.all([
    crypto.subtle.deriveKey(hkdf('key'), baseKey, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
    crypto.subtle.deriveBits(hkdf('salt'), baseKey, NONCE_BYTES * 8),
  ])
  return { key, salt: new Uint8Array(salt) }
}

/** salt XOR CTR. */
export function nonceOf(salt: Bytes, ctr: bigint): Bytes {
  const nonce = new Uint8Array(salt)
  const view = new DataView(nonce.buffer)
  view.setBigUint64(NONCE_BYTES - 8, view.getBigUint64(NONCE_BYTES - 8) ^ ctr)
  return nonce
}
