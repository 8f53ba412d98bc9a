/** When this device took part in emoji comparisons: kept across calls, tabs and reloads, so that none of them begins anew. Bounds: 8. */
import { transact } from './database'

const KEY = 'comparisons'
const KEPT_MAX = 8

export async function loadTries(database: IDBDatabase): Promise<readonly number[]> {
  const kept = await transact(database, 'device', 'readonly', (store) => store.get(KEY) as IDBRequest<unknown>)
  return Array.isArray(kept) ? kept.filter((tried): tried is number => typeof tried === 'number') : []
}

export const saveTries = (database: IDBDatabase, tries: readonly number[]): Promise<unknown> =>
  transact(database, 'device', 'readwrite', (store) => store.put(tries.slice(-KEPT_MAX), KEY))
