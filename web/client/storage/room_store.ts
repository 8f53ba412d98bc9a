/** Rooms whose S this browser holds, so that a reload works; forgotten on leaving and after expiry. */
import type { Bytes } from '../bytes/bytes'
import type { HostKey } from '../crypto/host_key'
import { transact } from './database'

export interface KeptRoom {
  readonly secret: CryptoKey
  readonly hostKeyHash: Bytes
  /** On the host's own device. */
  readonly host?: { readonly key: HostKey; readonly banned: readonly string[] }
  /** Of the policy that this browser read last under this S: an older one is not believed. */
  readonly generation?: number
  /** Seconds; unknown until the policy was read. */
  readonly expiresAt: number
}

export const keepRoom = (database: IDBDatabase, roomId: string, room: KeptRoom): Promise<unknown> =>
  transact(database, 'rooms', 'readwrite', (store) => store.put(room, roomId))

export const forgetRoom = (database: IDBDatabase, roomId: string): Promise<unknown> =>
  transact(database, 'rooms', 'readwrite', (store) => store.delete(roomId))

/** Null when this browser does not hold the room, or no longer. */
export async function recallRoom(database: IDBDatabase, roomId: string, now_s: number): Promise<KeptRoom | null> {
  const room = await transact(database, 'rooms', 'readonly', (store) => store.get(roomId) as IDBRequest<KeptRoom | undefined>)
  if (!room) return null
  if (room.expiresAt > now_s) return room
  await forgetRoom(database, roomId)
  return null
}

export async function forgetExpired(database: IDBDatabase, now_s: number): Promise<void> {
  const ids = await transact(database, 'rooms', 'readonly', (store) => store.getAllKeys())
  for (const id of ids.slice(0, 1_000)) if (typeof id === 'string') await recallRoom(database, id, now_s)
}
