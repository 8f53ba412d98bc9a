/** The numbers of the seven emoji of a run, 0 … 63 each (spec/10-verification.md). */
import { concat, type Bytes } from '../bytes/bytes'
import { domain, expand, sha256 } from './labels'
import { byLeaf } from './roster_hash'
import type { RunPlace } from './sas_commitment'

const EMOJI = 7
const BITS_EACH = 6
const STREAM_BYTES = 6

export interface Revealed {
  readonly leafIndex: number
  readonly commitment: Bytes
  readonly nonce: Bytes
}

export async function sasNumbers(place: RunPlace, revealed: readonly Revealed[]): Promise<readonly number[]> {
  const all = byLeaf(revealed)
  const ikm = concat(place.epochAuthenticator, ...all.map(({ nonce }) => nonce))
  const commitments = await sha256(concat(...all.map(({ commitment }) => commitment)))
  const info = concat(domain('sas'), place.runId, place.rosterHash, commitments)
  const stream = await expand(ikm, info, STREAM_BYTES)
  const bits = Array.from(stream, (byte) => byte.toString(2).padStart(8, '0')).join('')
  return Array.from({ length: EMOJI }, (_, at) => Number.parseInt(bits.slice(at * BITS_EACH, (at + 1) * BITS_EACH), 2))
}
