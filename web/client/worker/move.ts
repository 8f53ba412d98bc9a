/**
 * Somebody was removed, and knows S: the room goes on under the next S, which the group of those who stay gave to each of them (spec/5-group.md, Host).
 * The host tells the server; everybody, the host too, opens the room anew with it.
 */
import type { Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import { sealEnvelope } from '../crypto/envelope'
import { deriveRoomKeys, importSecret, sha256 } from '../crypto/labels'
import { signPolicy, type Policy } from '../crypto/policy'
import { emitLink } from '../link'
import { ProblemError } from '../problem'
import { requestJson } from '../signal/request'
import { openKept, type OpenedRoom } from './room'
import { pause } from './timing'

export interface Moved {
  readonly secret: Bytes
  /** b64u of device keys. */
  readonly removed: readonly string[]
  readonly stay: readonly string[]
  /** Participant ids of those who stay, as far as they said them. */
  readonly participants: readonly string[]
}

const TRIES_MAX = 40
const AGAIN_MS = 500
const PARTICIPANTS_MAX = 100

/** The room under its next S, and its link. Raises ProblemError when the server does not follow. */
export async function moveRoom(room: OpenedRoom, moved: Moved, now_s: () => number): Promise<{ readonly room: OpenedRoom; readonly link: string }> {
  const secret = await importSecret(moved.secret)
  const link = emitLink(room.origin, room.roomId, { secret: moved.secret, hostKeyHash: room.kept.hostKeyHash })
  moved.secret.fill(0)
  const { host } = room.kept
  const generation = room.policy.policy.generation + 1
  const banned = [...new Set([...(host?.banned ?? []), ...moved.removed])]
  const kept = { ...room.kept, secret, generation, ...(host ? { host: { key: host.key, banned } } : {}) }
  if (host) await persistently(() => tellServer(room, secret, generation, moved.participants))
  const opened = await persistently(() => openKept(room.origin, room.roomId, kept, room.database, now_s()))
  return { room: opened, link }
}

async function tellServer(room: OpenedRoom, secret: CryptoKey, generation: number, participants: readonly string[]): Promise<void> {
  const { roomId, kept, policy, grant, origin, roomName } = room
  if (!kept.host) return
  const keys = await deriveRoomKeys(secret, roomId)
  const rules: Policy = { ...policy.policy, generation, waiting_room: true }
  const signed = await signPolicy(rules, kept.host.key.signing, kept.host.key.publicKey)
  const body = {
    access_hash: b64u(await sha256(keys.access)),
    sealed_policy: b64u(await sealEnvelope(keys.envelope, roomId, 'policy', 0, signed)),
    keep: participants.slice(0, PARTICIPANTS_MAX),
  }
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${grant.grant}` }
  await requestJson(`${origin}/api/rooms/${roomName}/access`, { method: 'PUT', headers, body: JSON.stringify(body) })
}

/** The server may learn of it later than we do. */
async function persistently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await attempt()
    } catch (error) {
      const isFinal = error instanceof ProblemError && (error.code.startsWith('integrity.') || error.code === 'denied.scope')
      if (isFinal || tries >= TRIES_MAX) throw error
      await pause(AGAIN_MS)
    }
}

/** Closes the room at the server: nobody comes in any more. Raises ProblemError. */
export async function closeRoom({ origin, roomName, grant }: OpenedRoom): Promise<void> {
  await requestJson(`${origin}/api/rooms/${roomName}`, { method: 'DELETE', headers: { authorization: `Bearer ${grant.grant}` } })
}
