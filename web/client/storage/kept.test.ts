/** What this browser keeps: keys that can be used and never read, for as long as they are needed, and whom it met. */
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, describe, expect, it } from 'vitest'
import { deriveRoomKeys, importSecret } from '../crypto/labels'
import { signLabelled, verifyLabelled } from '../crypto/device'
import { allContacts, markCompared, meet, trustOf, unmarkCompared } from './contact_store'
import { openDatabase } from './database'
import { loadDevice } from './device_store'
import { loadTries, saveTries } from './tries_store'
import { forgetExpired, forgetRoom, keepRoom, recallRoom } from './room_store'

const secret = new Uint8Array(32).fill(7)
const roomId = new Uint8Array(16).fill(1)
const hostKeyHash = new Uint8Array(32).fill(2)
const alice = new Uint8Array(32).fill(3)
const mallory = new Uint8Array(32).fill(4)
const NOW = 1_800_000_000

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
})

const unreadable = async (key: CryptoKey): Promise<void> => {
  expect(key.extractable).toBe(false)
  for (const form of ['raw', 'jwk', 'pkcs8'] as const) await expect(crypto.subtle.exportKey(form as 'raw', key)).rejects.toThrow()
}

describe('the secret of a room', () => {
  it('is kept as a key that derives and can not be read', async () => {
    const database = await openDatabase()
    await keepRoom(database, 'room', { secret: await importSecret(secret), hostKeyHash, expiresAt: NOW + 60 })
    const kept = await recallRoom(database, 'room', NOW)
    if (!kept) throw new Error('the room is not kept')
    await unreadable(kept.secret)
    const derived = await deriveRoomKeys(kept.secret, roomId)
    expect(derived.access).toEqual((await deriveRoomKeys(await importSecret(secret), roomId)).access)
    await Promise.all([derived.admit, derived.envelope, derived.heartbeat].map(unreadable))
  })

  it('is forgotten when the person leaves and when the room expires', async () => {
    const database = await openDatabase()
    const room = { secret: await importSecret(secret), hostKeyHash, expiresAt: NOW + 60 }
    await keepRoom(database, 'left', room)
    await keepRoom(database, 'expired', room)
    await keepRoom(database, 'alive', { ...room, expiresAt: NOW + 600 })
    await forgetRoom(database, 'left')
    await forgetExpired(database, NOW + 60)
    expect(await recallRoom(database, 'left', NOW)).toBeNull()
    expect(await recallRoom(database, 'expired', NOW)).toBeNull()
    expect(await recallRoom(database, 'alive', NOW)).not.toBeNull()
  })
})

describe('the keys of this device', () => {
  it('are made once, also by two tabs at once, sign, and can not be read', async () => {
    const database = await openDatabase()
    const [one, other] = await Promise.all([loadDevice(database), loadDevice(await openDatabase())])
    const again = await loadDevice(database)
    expect(one.publicKey).toEqual(again.publicKey)
    expect(other.publicKey).toEqual(again.publicKey)
    await unreadable(again.signing)
    await unreadable(again.contact)
    const message = new Uint8Array([1, 2, 3])
    const signature = await signLabelled(again.signing, 'note', message)
    expect(await verifyLabelled(again.publicKey, 'note', message, signature)).toBe(true)
    expect(await verifyLabelled(again.publicKey, 'heartbeat', message, signature)).toBe(false)
  })
})

describe('a device that was met', () => {
  it('is compared only after somebody said so, and stays so under any name', async () => {
    const database = await openDatabase()
    await meet(database, alice, 'Alice', NOW)
    expect(trustOf(await allContacts(database), alice, 'Alice')).toBe('not-compared')
    await markCompared(database, alice, 'Alice', NOW + 1)
    await meet(database, alice, 'Alice', NOW + 2)
    expect(trustOf(await allContacts(database), alice, 'Alice')).toBe('compared')
    expect(trustOf(await allContacts(database), alice, 'Bob')).toBe('compared')
  })

  it('is told from another one that uses the name of a compared one', async () => {
    const database = await openDatabase()
    await markCompared(database, alice, 'Alice', NOW)
    for (const name of ['Alice', 'ALICE', 'Ａlice']) expect(trustOf(await allContacts(database), mallory, name)).toBe('new-key')
    expect(trustOf(await allContacts(database), mallory, 'Mallory')).toBe('not-compared')
  })
})

describe('comparisons that this device took part in', () => {
  it('are kept across calls and reloads, the newest of them', async () => {
    expect(await loadTries(await openDatabase())).toEqual([])
    await saveTries(await openDatabase(), [1, 2, 3])
    expect(await loadTries(await openDatabase())).toEqual([1, 2, 3])
    await saveTries(
      await openDatabase(),
      Array.from({ length: 20 }, (_, at) => at),
    )
    expect(await loadTries(await openDatabase())).toEqual([12, 13, 14, 15, 16, 17, 18, 19])
    expect((await loadDevice(await openDatabase())).publicKey).toHaveLength(32)
  })

  it('can be taken back, and leave the device known', async () => {
    const database = await openDatabase()
    await markCompared(database, alice, 'Alice', NOW)
    await unmarkCompared(database, alice)
    await unmarkCompared(database, mallory)
    const contacts = await allContacts(database)
    expect(contacts).toMatchObject([{ name: 'Alice', compared: false }])
    expect(trustOf(contacts, alice, 'Alice')).toBe('not-compared')
  })
})
