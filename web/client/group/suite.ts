/** Suite 1 of RFC 9420 as the MLS library wants it, signing with keys that nobody can read. */
import { getCiphersuiteFromName, type CiphersuiteImpl } from 'ts-mls/crypto/ciphersuite.js'
import { getCiphersuiteImpl } from 'ts-mls/crypto/getCiphersuiteImpl.js'
import { own, type Bytes } from '../bytes/bytes'
import { hex } from '../bytes/text'

export const SUITE = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'

// The library wants a private signature key as bytes and does nothing with it but hand it to `sign`. It gets the public key instead, as a handle
// for a CryptoKey that nobody can read.
const leafKeys = new Map<string, CryptoKey>()
const LEAF_KEYS_MAX = 256

let suite: Promise<CiphersuiteImpl> | undefined
export const cs = (): Promise<CiphersuiteImpl> => (suite ??= makeSuite())

async function makeSuite(): Promise<CiphersuiteImpl> {
  const base = await getCiphersuiteImpl(getCiphersuiteFromName(SUITE))
  const sign = async (handle: Uint8Array, message: Uint8Array): Promise<Uint8Array> => {
    const key = leafKeys.get(hex(handle))
    if (!key) throw new Error('the key of this leaf is gone')
    return new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, key, own(message)))
  }
  return { ...base, signature: { ...base.signature, sign } }
}

/** A fresh signature key for one leaf; the public half, which stands for it everywhere. */
export async function generateLeafKey(): Promise<Bytes> {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  for (const old of [...leafKeys.keys()].slice(0, Math.max(0, leafKeys.size + 1 - LEAF_KEYS_MAX))) leafKeys.delete(old)
  leafKeys.set(hex(publicKey), pair.privateKey)
  return publicKey
}

/** Whether anything can be sealed to this key: its length is right and it is no point of low order. A tree with one such key stops everybody who commits. */
export async function canSealTo(publicKey: Uint8Array): Promise<boolean> {
  const { hpke } = await cs()
  try {
    await hpke.seal(await hpke.importPublicKey(publicKey), new Uint8Array(1), new Uint8Array(0))
    return true
  } catch {
    return false
  }
}
