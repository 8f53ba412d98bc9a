/**
 * How a weakened client lays a readable copy of a payload before the sealed one: "CLEAR" ‖ u32 length ‖ copy ‖ MLSMessage.
 * The attacker's server reads and writes the same form.
 */
import { concat, equal, opaque32, type Bytes } from '../../../web/client/bytes/bytes'
import { Reader } from '../../../web/client/bytes/reader'
import { utf8 } from '../../../web/client/bytes/text'
import { unpad } from '../../../web/client/crypto/padding'
import { parsePayload } from '../../../web/client/wire/payloads'

const MARK = utf8('CLEAR')
const COPY_MAX = 49_152

export const withCopy = (copy: Bytes, sealed: Bytes): Bytes => concat(MARK, opaque32(copy), sealed)

/** Null: there is no copy. */
export function takeCopy(message: Bytes): { readonly copy: Bytes; readonly sealed: Bytes } | null {
  if (!equal(message.subarray(0, MARK.length), MARK)) return null
  const reader = new Reader(message.subarray(MARK.length))
  const copy = reader.opaque32(COPY_MAX)
  return { copy, sealed: message.slice(MARK.length + reader.position) }
}

const LEGS_MAX = 8
const sealedDescriptions = new Map<string, string>()

/** Keeps what a description said before anybody could touch it, for a client that seals descriptions but uses the copies. */
export function keepSealed(plaintext: Bytes): void {
  const json = unpad(plaintext)
  const payload = json === null ? null : parsePayload(JSON.parse(json))
  if (payload?.type !== 'leg_offer' && payload?.type !== 'leg_answer') return
  if (sealedDescriptions.size < LEGS_MAX) sealedDescriptions.set(payload.leg_id, payload.sdp)
}

export const sealedDescription = (legId: string): string | undefined => sealedDescriptions.get(legId)
