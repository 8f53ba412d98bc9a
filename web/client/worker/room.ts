/** Opening a room: its key from the link or from what this browser kept, a grant, and the host's policy, verified. */
import { equal, type Bytes } from '../bytes/bytes'
import { b64u, fromB64u } from '../bytes/text'
import type { DeviceKeys } from '../crypto/device'
import { openEnvelope } from '../crypto/envelope'
import { isKeyOf, openHostKey } from '../crypto/host_key'
import { requireCurrent, requireKept } from '../crypto/kept_rules'
import { deriveRoomKeys, importSecret, type RoomKeys } from '../crypto/labels'
import { verifyPolicy, type VerifiedPolicy } from '../crypto/policy'
import { ROOM_ID_BYTES } from '../link'
import { ProblemError } from '../problem'
import { askGrant, hostProof, type Grant } from '../signal/grant'
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
  /** What this browser keeps of it. */
  readonly kept: KeptRoom
}

export interface RoomWish {
  readonly origin: string
  readonly roomId: string
  readonly hostKeyHash?: string
  readonly secret?: ArrayBuffer
  /** In the host's link. */
  readonly hostSeed?: ArrayBuffer
}

const UNREAD_POLICY_S = 86_400

/** Raises ProblemError: local.secret-forgotten, local.rules-unsupported, denied.room-or-key, integrity.policy, unavailable.server … */
export async function openRoom(wish: RoomWish, now_s: number): Promise<OpenedRoom> {
  const roomId = fromB64u(wish.roomId)
  if (roomId?.length !== ROOM_ID_BYTES) throw new ProblemError('local.link-malformed')
  const database = await openDatabase()
  await forgetExpired(database, now_s)
  return openKept(wish.origin, roomId, await secretOf(wish, database, now_s), database, now_s)
}

/** The same, with what this browser keeps of it. */
export async function openKept(origin: string, roomId: Bytes, kept: KeptRoom, database: IDBDatabase, now_s: number): Promise<OpenedRoom> {
  const roomName = b64u(roomId)
  const [device, keys] = await Promise.all([loadDevice(database), deriveRoomKeys(kept.secret, roomId)])
  const grant = await grantFor(origin, roomId, keys.access, kept, now_s)
  const signed = await openEnvelope(keys.envelope, roomId, 'policy', 0, grant.sealedPolicy)
  if (signed === null) throw new ProblemError('integrity.policy', 'does not open')
  const policy = await verifyPolicy(signed, roomId, kept.hostKeyHash)
  requireCurrent(policy.policy, kept.generation ?? 0)
  if (policy.policy.expires_at <= now_s) throw new ProblemError('denied.room-gone')
  requireKept(policy.policy)
  const keeping = { ...kept, expiresAt: policy.policy.expires_at, generation: policy.policy.generation }
  await keepRoom(database, roomName, keeping)
  return { database, device, origin, roomId, roomName, keys, grant, policy, kept: keeping }
}

/** The host asks for more; a clock that is wrong must not keep the host out. */
async function grantFor(origin: string, roomId: Bytes, access: Bytes, { host }: KeptRoom, now_s: number): Promise<Grant> {
  const plainly = (): Promise<Grant> => askGrant(origin, b64u(roomId), access)
  if (!host) return plainly()
  return askGrant(origin, b64u(roomId), access, await hostProof(host.key, roomId, now_s)).catch((error: unknown) => {
    if (error instanceof ProblemError && error.code === 'denied.room-or-key') return plainly()
    throw error
  })
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
  const room = { secret, hostKeyHash, expiresAt: now_s + UNREAD_POLICY_S }
  const before = await hostKept(wish, database, now_s, hostKeyHash)
  if (wish.hostSeed === undefined) return { ...room, ...before }
  const key = await openHostKey(new Uint8Array(wish.hostSeed))
  if (!(await isKeyOf(key, hostKeyHash))) throw new ProblemError('local.link-malformed')
  return { ...room, host: { key, banned: before.host?.banned ?? [] } }
}

/** The host stays the host in a browser that holds the host's key already, by whichever link. */
async function hostKept(wish: RoomWish, database: IDBDatabase, now_s: number, hostKeyHash: Bytes): Promise<Pick<KeptRoom, 'host'>> {
  const kept = await recallRoom(database, wish.roomId, now_s)
  return kept?.host && equal(kept.hostKeyHash, hostKeyHash) ? { host: kept.host } : {}
}
