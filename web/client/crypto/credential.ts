/**
 * The identity in every leaf (spec/3-identity.md).
 *
 *   version 1 | room_id[16] | group_id[32] | device[32] | contact[32] | leaf key[32] | expires_at u64 | token_hash[32] | opaque8 name
 *   | admission_mac[32] over all before | device_signature[64] over all before
 */
import { concat, equal, opaque8, u64, u8, type Bytes } from '../bytes/bytes'
import { Reader } from '../bytes/reader'
import { fromUtf8, utf8 } from '../bytes/text'
import { signLabelled, verifyLabelled, type DeviceKeys } from './device'
import { domain } from './labels'
import { isName } from './name'

export interface Credential {
  readonly roomId: Bytes
  readonly groupId: Bytes
  readonly devicePublicKey: Bytes
  readonly contactPublicKey: Bytes
  readonly leafSignatureKey: Bytes
  readonly expiresAt: number
  readonly tokenHash: Bytes
  readonly displayName: string
  readonly admissionMac: Bytes
}

export const CREDENTIAL_BYTES_MAX = 600
export const ADMISSION_S = 300
const VERSION = 1
export const NO_TOKEN: Bytes = new Uint8Array(32)

export interface CredentialWish {
  readonly roomId: Bytes
  readonly groupId: Bytes
  readonly leafSignatureKey: Bytes
  readonly expiresAt: number
  readonly displayName: string
  readonly tokenHash?: Bytes
}

/** A fresh credential. `admit` is key("admit"): without S there is none. Raises RangeError for a name that nobody would take. */
export async function makeCredential(wish: CredentialWish, device: DeviceKeys, admit: CryptoKey): Promise<Bytes> {
  if (!isName(wish.displayName)) throw new RangeError('a display name is normalised first')
  const head = concat(
    u8(VERSION),
    wish.roomId,
    wish.groupId,
    device.publicKey,
    device.contactPublicKey,
    wish.leafSignatureKey,
    u64(wish.expiresAt),
    wish.tokenHash ?? NO_TOKEN,
    opaque8(utf8(wish.displayName)),
  )
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', admit, concat(domain('admission'), head)))
  const claimed = concat(head, mac)
  return concat(claimed, await signLabelled(device.signing, 'credential', claimed))
}

/**
 * Everything but time. Null for any flaw; which flaw is nobody's business.
 *
 * Trust: a stranger until this returns. Source: spec/3-identity.md.
 */
export async function verifyCredential(
  bytes: Bytes,
  expected: { roomId: Bytes; groupId: Bytes; leafSignatureKey: Bytes },
  admit: CryptoKey,
): Promise<Credential | null> {
  const parsed = parseCredential(bytes)
  if (parsed === null) return null
  const { credential, head, claimed, signature } = parsed
  const bound =
    equal(credential.roomId, expected.roomId) &&
    equal(credential.groupId, expected.groupId) &&
    equal(credential.leafSignatureKey, expected.leafSignatureKey)
  if (!bound || !isName(credential.displayName)) return null
  if (!(await crypto.subtle.verify('HMAC', admit, credential.admissionMac, concat(domain('admission'), head)))) return null
  return (await verifyLabelled(credential.devicePublicKey, 'credential', claimed, signature)) ? credential : null
}

function parseCredential(bytes: Bytes): { credential: Credential; head: Bytes; claimed: Bytes; signature: Bytes } | null {
  if (bytes.length > CREDENTIAL_BYTES_MAX) return null
  try {
    const reader = new Reader(bytes)
    if (reader.u8() !== VERSION) return null
    const roomId = reader.take(16)
    const groupId = reader.take(32)
    const devicePublicKey = reader.take(32)
    const contactPublicKey = reader.take(32)
    const leafSignatureKey = reader.take(32)
    const expiresAt = reader.u64()
    const tokenHash = reader.take(32)
    const displayName = fromUtf8(reader.opaque8(128))
    const headEnd = reader.position
    const admissionMac = reader.take(32)
    const claimedEnd = reader.position
    const signature = reader.take(64)
    reader.end()
    const credential = { roomId, groupId, devicePublicKey, contactPublicKey, leafSignatureKey, expiresAt, tokenHash, displayName, admissionMac }
    return { credential, head: bytes.slice(0, headEnd), claimed: bytes.slice(0, claimedEnd), signature }
  } catch {
    return null
  }
}
