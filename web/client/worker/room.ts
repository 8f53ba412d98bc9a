/** Opening a room: its key from the link or from what this browser kept, a grant, and the host's policy, verified. */
import type { Bytes } from '../bytes/bytes'
import { b64u, fromB64u } from '../bytes/text'
import type { DeviceKeys } from '../crypto/device'
import { openEnvelope } from '../crypto/envelope'
import { requireKept } from '../crypto/kept_rules'
import { deriveRoomKeys, importSecret, type RoomKeys } from '../crypto/labels'
import { verifyPolicy, type VerifiedPolicy } from '../crypto/policy'
import { ROOM_ID_BYTES } from '../link'
import { ProblemError } from '../problem'
import { askGrant, type Grant } from '../signal/grant'
import { openDatabase } from '../storage/database'
import { loadDevice } from '../storage/device_store'
import { forgetExpired, keepRoom, recallRoom, type KeptRoom } from '../storage/room_store'

export interface OpenedRoom {
  readonly database: IDBDatabase
  readonly device: DeviceKeys
  readonly origin: string
  readonly roomId: Bytes
  readonly roomName: string
  readonly keys: RoomKeys
  readonly grant: Grant
  readonly policy: VerifiedPolicy
}

export interface RoomWish {
  readonly origin: string
  readonly roomId: string
  readonly hostKeyHash?: string
  readonly secret?: ArrayBuffer
}

const UNREAD_POLICY_S = 86_400

/** Raises ProblemError: local.secret-forgotten, local.rules-unsupported, denied.room-or-key, integrity.policy, unavailable.server … */
export async function openRoom(wish: RoomWish, now_s: number): Promise<OpenedRoom> {
  const roomId = fromB64u(wish.roomId)
  if (roomId?.length !== ROOM_ID_BYTES) throw new ProblemError('local.link-malformed')
  const database = await openDatabase()
  await forgetExpired(database, now_s)
  const [kept, device] = await Promise.all([secretOf(wish, database, now_s), loadDevice(database)])
  const keys = await deriveRoomKeys(kept.secret, roomId)
  const grant = await askGrant(wish.origin, wish.roomId, keys.access)
  const signed = await openEnvelope(keys.envelope, roomId, 'policy', 0, grant.sealedPolicy)
  if (signed === null) throw new ProblemError('integrity.policy', 'does not open')
  const policy = await verifyPolicy(signed, roomId, kept.hostKeyHash)
  if (policy.policy.expires_at <= now_s) throw new ProblemError('denied.room-gone')
  requireKept(policy.policy)
  await keepRoom(database, wish.roomId, { ...kept, expiresAt: policy.policy.expires_at })
  return { database, device, origin: wish.origin, roomId, roomName: b64u(roomId), keys, grant, policy }
}

async function secretOf(wish: RoomWish, database: IDBDatabase, now_s: number): Promise<KeptRoom> {
  if (wish.secret === undefined) {
    const kept = await recallRoom(database, wish.roomId, now_s)
    if (kept === null) throw new ProblemError('local.secret-forgotten')
    return kept
  }
  const bytes = new Uint8Array(wish.secret)
  const secret = await importSecret(bytes)
  bytes.fill(0)
  const hostKeyHash = fromB64u(wish.hostKeyHash ?? '')
  if (hostKeyHash?.length !== 32) throw new ProblemError('local.link-malformed')
  return { secret, hostKeyHash, expiresAt: now_s + UNREAD_POLICY_S }
}
