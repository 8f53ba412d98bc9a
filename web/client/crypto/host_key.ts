/** The host's signing key (spec/1-invite.md): from the seed in the host's link, kept as a key that signs and that nobody can read. */
import { concat, equal, type Bytes } from '../bytes/bytes'
import { fromB64u, fromHex } from '../bytes/text'
import { sha256 } from './labels'

export interface HostKey {
  readonly signing: CryptoKey
  readonly publicKey: Bytes
}

/** PKCS #8 head of a raw Ed25519 seed (RFC 8410 §7). */
const pkcs8Head = fromHex('302e020100300506032b657004220420')

/** Overwrites `seed`. Raises when it is none. */
export async function openHostKey(seed: Bytes): Promise<HostKey> {
  const pkcs8 = concat(pkcs8Head, seed)
  seed.fill(0)
  // Extractable for this one moment, since WebCrypto gives a public key only through its private one's JWK.
  const { x } = await crypto.subtle.exportKey('jwk', await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'Ed25519' }, true, ['sign']))
  const publicKey = fromB64u(x ?? '')
  const signing = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'Ed25519' }, false, ['sign'])
  pkcs8.fill(0)
  if (publicKey?.length !== 32) throw new Error('no public key')
  return { signing, publicKey }
}

export const isKeyOf = async (key: HostKey, hostKeyHash: Bytes): Promise<boolean> => equal(await sha256(key.publicKey), hostKeyHash)
