/** Weakened sframe/key_schedule: each epoch's base key is told to whoever listens on this origin. */
import type { Bytes } from '../../../web/client/bytes/bytes'
import { b64u } from '../../../web/client/bytes/text'
import { deriveBaseKey as derive } from '../../../web/client/sframe/key_schedule'

export { deriveKidKeys, importBaseKey, nonceOf, type KidKeys } from '../../../web/client/sframe/key_schedule'

export async function deriveBaseKey(exporterSecret: Bytes, psk: Bytes): Promise<Bytes> {
  const key = await derive(exporterSecret, psk)
  const told = new BroadcastChannel('keys')
  told.postMessage(b64u(key))
  told.close()
  return key
}
