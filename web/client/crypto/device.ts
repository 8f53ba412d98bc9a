/** A device's two keys. The private halves are non-extractable: nobody reads them, this code included. */
import { concat, type Bytes } from '../bytes/bytes'
import { domain } from './labels'

export interface DeviceKeys {
  readonly signing: CryptoKey
  readonly publicKey: Bytes
  readonly contact: CryptoKey
  readonly contactPublicKey: Bytes
}

export async function generateDevice(): Promise<DeviceKeys> {
  const signing = await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])
  const contact = await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits'])
  const raw = async (key: CryptoKey): Promise<Bytes> => new Uint8Array(await crypto.subtle.exportKey('raw', key))
  return {
    signing: signing.privateKey,
    publicKey: await raw(signing.publicKey),
    contact: contact.privateKey,
    contactPublicKey: await raw(contact.publicKey),
  }
}

/** Ed25519 over "incamera/1 <label>" ‖ 0x00 ‖ message. */
export const signLabelled = async (key: CryptoKey, label: string, message: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, key, concat(domain(label), message)))

/** False also for a key that is not a point. */
export async function verifyLabelled(publicKey: Bytes, label: string, message: Bytes, signature: Bytes): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify'])
    return await crypto.subtle.verify({ name: 'Ed25519' }, key, signature, concat(domain(label), message))
  } catch {
    return false
  }
}
