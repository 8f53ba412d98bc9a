/**
 * The one IndexedDB database of this origin: this device's keys, the rooms whose key it holds, the devices it knows.
 * Keys in it are non-extractable CryptoKeys: the browser uses them and shows them to nobody.
 */
const NAME = 'incamera'
const VERSION = 1
export type Store = 'device' | 'rooms' | 'contacts'

export function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, VERSION)
    opening.onupgradeneeded = () => {
      for (const store of ['device', 'rooms', 'contacts'] satisfies Store[])
        if (!opening.result.objectStoreNames.contains(store)) opening.result.createObjectStore(store)
    }
    opening.onsuccess = () => {
      // A newer version of this page in another tab must not wait for us.
      opening.result.onversionchange = () => opening.result.close()
      resolve(opening.result)
    }
    opening.onerror = () => reject(opening.error ?? new Error('IndexedDB'))
    opening.onblocked = () => reject(new Error('IndexedDB is blocked by an older tab'))
  })
}

/** One transaction around `work`; the result of the request that it returns, once the transaction is done. */
export function transact<T>(
  database: IDBDatabase,
  store: Store,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: 'strict' })
    const request = work(transaction.objectStore(store))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB'))
    transaction.onerror = () => reject(transaction.error ?? new Error('IndexedDB'))
  })
}

/** Reads one value and writes what `change` makes of it in one transaction, so that no other tab's write is lost between. `undefined` writes nothing. */
export function update<T>(database: IDBDatabase, store: Store, key: string, change: (kept: T | undefined) => T | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, 'readwrite', { durability: 'strict' })
    const entries = transaction.objectStore(store)
    const reading = entries.get(key) as IDBRequest<T | undefined>
    reading.onsuccess = () => {
      const changed = change(reading.result)
      if (changed !== undefined) entries.put(changed, key)
    }
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB'))
  })
}
