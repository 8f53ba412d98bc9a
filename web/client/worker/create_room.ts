/** Makes a room in this browser: S, the host key and the signed policy are made here; the server gets a hash and sealed bytes. */
import type { Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import { sealEnvelope } from '../crypto/envelope'
import { openHostKey } from '../crypto/host_key'
import { deriveRoomKeys, importSecret, sha256 } from '../crypto/labels'
import { signPolicy, type Policy } from '../crypto/policy'
import { emitLink, ROOM_ID_BYTES, SECRET_BYTES } from '../link'
import { requestJson } from '../signal/request'

const GROUP_CAPACITY = 12
export interface RoomOrder {
  readonly origin: string
  readonly topology: 'direct' | 'group'
  readonly expiresIn_s: number
  readonly waitingRoom: boolean
}

/** Raises ProblemError. */
export async function createRoom(
  { origin, topology, expiresIn_s, waitingRoom }: RoomOrder,
  now_s: number,
): Promise<{ readonly link: string; readonly hostLink: string; readonly expiresAt: number }> {
  const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))
  const roomId = random(ROOM_ID_BYTES)
  const secret = random(SECRET_BYTES)
  const hostSeed = random(32)
  const expiresAt = Math.floor(now_s) + expiresIn_s
  const host = await openHostKey(hostSeed.slice())
  const keys = await deriveRoomKeys(await importSecret(secret), roomId)
  const capacity = topology === 'direct' ? 2 : GROUP_CAPACITY
  const policy: Policy = {
    v: 1,
    room_id: b64u(roomId),
    generation: 0,
    topology,
    capacity,
    waiting_room: waitingRoom,
    recording: 'forbidden',
    expires_at: expiresAt,
    single_use: false,
  }
  const sealed = await sealEnvelope(keys.envelope, roomId, 'policy', 0, await signPolicy(policy, host.signing, host.publicKey))
  const body = {
    room_id: b64u(roomId),
    access_hash: b64u(await sha256(keys.access)),
    host_public_key: b64u(host.publicKey),
    sealed_policy: b64u(sealed),
    topology,
    capacity,
    expires_at: expiresAt,
  }
  await requestJson(`${origin}/api/rooms`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const hostKeyHash = await sha256(host.publicKey)
  return { link: emitLink(origin, roomId, { secret, hostKeyHash }), hostLink: emitLink(origin, roomId, { secret, hostKeyHash, hostSeed }), expiresAt }
}
