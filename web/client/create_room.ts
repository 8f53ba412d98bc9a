/** Makes a room in this browser: S, the host key and the signed policy are made here; the server gets a hash and sealed bytes. */
import type { CreateRoom } from './api'
import { concat, type Bytes } from './bytes/bytes'
import { b64u, fromHex } from './bytes/text'
import { sealEnvelope } from './crypto/envelope'
import { deriveRoomKeys, importSecret, ROOM_ID_BYTES, SECRET_BYTES, sha256 } from './crypto/labels'
import { emitLink } from './crypto/link'
import { signPolicy, type Policy } from './crypto/policy'
import { ProblemError } from './problem'

const DAY_S = 86_400
/** PKCS #8 head of a raw Ed25519 seed (RFC 8410 §7). */
const pkcs8Head = fromHex('302e020100300506032b657004220420')

async function hostKeys(seed: Bytes): Promise<{ readonly key: CryptoKey; readonly publicKey: Bytes }> {
  // Extractable for this one moment, since WebCrypto gives a public key only through its private one's JWK.
  const pair = await crypto.subtle.importKey('pkcs8', concat(pkcs8Head, seed), { name: 'Ed25519' }, true, ['sign'])
  const { x } = await crypto.subtle.exportKey('jwk', pair)
  const publicKey = Uint8Array.from(atob((x ?? '').replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0))
  return { key: pair, publicKey }
}

export const createRoom: CreateRoom = async (options = {}) => {
  const topology = options.topology ?? 'direct'
  const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))
  const roomId = random(ROOM_ID_BYTES)
  const secret = random(SECRET_BYTES)
  const hostSeed = random(32)
  const expiresAt = Math.floor(Date.now() / 1000) + (options.expiresIn_s ?? DAY_S)
  const host = await hostKeys(hostSeed)
  const keys = await deriveRoomKeys(await importSecret(secret), roomId)
  const capacity = topology === 'direct' ? 2 : 30
  const policy: Policy = { v: 1, room_id: b64u(roomId), generation: 0, topology, capacity, waiting_room: false, recording: 'forbidden', expires_at: expiresAt, single_use: false }
  const sealed = await sealEnvelope(keys.envelope, roomId, 'policy', 0, await signPolicy(policy, host.key, host.publicKey))
  await register({
    room_id: b64u(roomId),
    access_hash: b64u(await sha256(keys.access)),
    host_public_key: b64u(host.publicKey),
    sealed_policy: b64u(sealed),
    topology,
    capacity,
    expires_at: expiresAt,
  })
  const hostKeyHash = await sha256(host.publicKey)
  const origin = location.origin
  return { link: emitLink(origin, roomId, { secret, hostKeyHash }), hostLink: emitLink(origin, roomId, { secret, hostKeyHash, hostSeed }), expiresAt }
}

async function register(body: Readonly<Record<string, unknown>>): Promise<void> {
  const answer = await fetch('/api/rooms', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).catch(() => null)
  if (answer === null) throw new ProblemError('unavailable.server')
  if (answer.ok) return
  const refusal: unknown = await answer.json().catch(() => null)
  const code = typeof refusal === 'object' && refusal !== null && 'code' in refusal ? String(refusal.code) : 'unavailable.internal'
  throw new ProblemError(code)
}
