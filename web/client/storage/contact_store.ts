/** Devices that were met: under which name, since when, and whether somebody compared the code with them. */
import type { Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import { transact, update } from './database'

export interface Contact {
  readonly deviceKey: string
  readonly name: string
  /** Seconds. */
  readonly firstSeen: number
  readonly compared: boolean
}

export type Trust = 'compared' | 'not-compared' | 'new-key'

const CONTACTS_MAX = 2_000

export const allContacts = (database: IDBDatabase): Promise<Contact[]> =>
  transact(database, 'contacts', 'readonly', (store) => store.getAll() as IDBRequest<Contact[]>)

/** Remembers a device that was met; a mark set before stays. */
export async function meet(database: IDBDatabase, device: Bytes, name: string, now_s: number): Promise<void> {
  const deviceKey = b64u(device)
  const count = await transact(database, 'contacts', 'readonly', (store) => store.count())
  if (count >= CONTACTS_MAX) return
  await update<Contact>(database, 'contacts', deviceKey, (known) => (known ? undefined : { deviceKey, name, firstSeen: now_s, compared: false }))
}

export async function markCompared(database: IDBDatabase, device: Bytes, name: string, now_s: number): Promise<void> {
  const deviceKey = b64u(device)
  await update<Contact>(database, 'contacts', deviceKey, (known) => ({ deviceKey, name, firstSeen: known?.firstSeen ?? now_s, compared: true }))
}

/** Takes a mark back that was made too early. */
export async function unmarkCompared(database: IDBDatabase, device: Bytes): Promise<void> {
  await update<Contact>(database, 'contacts', b64u(device), (known) => (known ? { ...known, compared: false } : undefined))
}

/** A name that belongs to a compared device under another key is `new-key` until a person decides. */
export function trustOf(contacts: readonly Contact[], device: Bytes, name: string): Trust {
  const deviceKey = b64u(device)
  if (contacts.some((contact) => contact.deviceKey === deviceKey && contact.compared)) return 'compared'
  const fold = (text: string): string => text.normalize('NFKC').toLocaleLowerCase('en')
  return contacts.some((contact) => contact.deviceKey !== deviceKey && contact.compared && fold(contact.name) === fold(name))
    ? 'new-key'
    : 'not-compared'
}
