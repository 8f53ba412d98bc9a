/** Bytes and keys that come out the same each time, for vectors. Never for a call. */
import { createHash } from 'node:crypto'
import { concat, type Bytes } from '../../web/client/bytes/bytes'
import { fromB64u, fromHex } from '../../web/client/bytes/text'
import type { DeviceKeys } from '../../web/client/crypto/device'

/** `length` bytes that belong to `name`. */
export function bytesOf(name: string, length = 32): Bytes {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) => createHash('sha256').update(`incamera vector ${name} ${i}`).digest())
  return concat(...blocks).slice(0, length)
}

/** A random-looking number below `limit`, the next at each call; the same row for the same name. */
export function dice(name: string): (limit: number) => number {
  let at = 0
  let block = bytesOf(`${name} 0`, 4_096)
  return (limit) => {
    if (at % 4_096 === 4_092) block = bytesOf(`${name} ${at}`, 4_096)
    const value = new DataView(block.buffer).getUint32((at % 4_096) & ~3)
    at += 4
    return value % limit
  }
}

/** PKCS #8 head of a raw Ed25519 seed (RFC 8410 §7). */
const head = fromHex('302e020100300506032b657004220420')

export async function ed25519(seed: Bytes): Promise<{ readonly key: CryptoKey; readonly publicKey: Bytes }> {
  const key = await crypto.subtle.importKey('pkcs8', concat(head, seed), { name: 'Ed25519' }, true, ['sign'])
  return { key, publicKey: fromB64u((await crypto.subtle.exportKey('jwk', key)).x ?? '') ?? new Uint8Array(0) }
}

export async function device(seed: Bytes, contactPublicKey: Bytes): Promise<DeviceKeys> {
  const { key, publicKey } = await ed25519(seed)
  return { signing: key, publicKey, contact: key, contactPublicKey }
}

export const aes = (key: Bytes): Promise<CryptoKey> => crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt'])
export const hmac = (key: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
