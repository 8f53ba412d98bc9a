/** This device's keys: made once, kept, never readable. Two tabs that make them at once end with the same ones. */
import { generateDevice, type DeviceKeys } from '../crypto/device'
import { transact } from './database'

const KEY = 'keys'

export async function loadDevice(database: IDBDatabase): Promise<DeviceKeys> {
  const kept = (await transact(database, 'device', 'readonly', (store) => store.get(KEY) as IDBRequest<DeviceKeys | undefined>)) ?? null
  if (kept) return kept
  const made = await generateDevice()
  try {
    await transact(database, 'device', 'readwrite', (store) => store.add(made, KEY))
    return made
  } catch {
    const other = await transact(database, 'device', 'readonly', (store) => store.get(KEY) as IDBRequest<DeviceKeys | undefined>)
    if (!other) throw new Error('this device cannot keep its key')
    return other
  }
}
