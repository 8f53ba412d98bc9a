/** A grant for this room: given to whoever shows the access key, which only S yields (spec/7-server.md). */
import { b64u, fromB64u } from '../bytes/text'
import type { Bytes } from '../bytes/bytes'
import { ProblemError } from '../problem'
import { parseGrantAnswer } from '../wire/bodies'
import { requestJson } from './request'

export interface Grant {
  readonly grant: string
  readonly participantId: string
  readonly sealedPolicy: Bytes
}

/** Raises ProblemError. */
export async function askGrant(origin: string, roomId: string, access: Bytes): Promise<Grant> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ access: b64u(access) }) }
  const answer = parseGrantAnswer(await requestJson(`${origin}/api/rooms/${roomId}/grants`, init))
  const sealedPolicy = fromB64u(answer.sealed_policy)
  if (sealedPolicy === null) throw new ProblemError('integrity.policy', 'malformed')
  return { grant: answer.grant, participantId: answer.participant_id, sealedPolicy }
}
