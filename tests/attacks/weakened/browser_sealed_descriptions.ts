/** What the descriptions said before anybody could touch them, for a client that seals them but uses others. */
import type { Bytes } from '../../../web/client/bytes/bytes'
import { unpad } from '../../../web/client/crypto/padding'
import { parsePayload } from '../../../web/client/wire/payloads'

const LEGS_MAX = 8
const sealed = new Map<string, string>()

export function keepSealed(plaintext: Bytes): void {
  const json = unpad(plaintext)
  const payload = json === null ? null : parsePayload(JSON.parse(json))
  if (payload?.type !== 'leg_offer' && payload?.type !== 'leg_answer') return
  if (sealed.size < LEGS_MAX) sealed.set(payload.leg_id, payload.sdp)
}

export const sealedDescription = (legId: string): string | undefined => sealed.get(legId)
