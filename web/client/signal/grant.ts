/** A grant for this room: given to whoever shows the access key, which only S yields (spec/7-server.md). */
import { b64u, fromB64u } from '../bytes/text'
import { concat, u64, type Bytes } from '../bytes/bytes'
import { signLabelled } from '../crypto/device'
import type { HostKey } from '../crypto/host_key'
import { ProblemError } from '../problem'
import { parseGrantAnswer } from '../wire/bodies'
import { requestJson } from './request'

export interface Grant {
  readonly grant: string
  readonly participantId: string
  readonly sealedPolicy: Bytes
}

export interface HostProof {
  /** b64u. */
  readonly signature: string
  /** Seconds. */
  readonly at: number
}

/** Asks for the scope `moderate` as well. */
export async function hostProof(host: HostKey, roomId: Bytes, now_s: number): Promise<HostProof> {
  const at = Math.floor(now_s)
  return { signature: b64u(await signLabelled(host.signing, 'host grant', concat(roomId, u64(at)))), at }
}

/** Raises ProblemError. */
export async function askGrant(origin: string, roomId: string, access: Bytes, proof?: HostProof): Promise<Grant> {
  const body = JSON.stringify({ access: b64u(access), ...(proof ? { host_proof: proof } : {}) })
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
  const answer = parseGrantAnswer(await requestJson(`${origin}/api/rooms/${roomId}/grants`, init))
  const sealedPolicy = fromB64u(answer.sealed_policy)
  if (sealedPolicy === null) throw new ProblemError('integrity.policy', 'malformed')
  return { grant: answer.grant, participantId: answer.participant_id, sealedPolicy }
}
