/** Heartbeats on the wire (spec/5-group.md): what a member believes about the group, signed by its device. */
import type { Bytes } from '../bytes/bytes'
import { b64u, fromB64u } from '../bytes/text'
import type { Count } from './message_count'

export interface Beat {
  readonly groupId: string
  readonly epoch: number
  readonly transcript: string
  readonly leaf: number
  readonly beat: number
  readonly count: Count
  readonly previous: { readonly epoch: number; readonly count: Count } | null
  readonly ctrs: ReadonlyMap<number, number>
}

export const HEARTBEAT_MS = 5_000
const CTRS_MAX = 64

const countJson = (count: Count): { sent: number; digest: string } => ({ sent: count.sent, digest: b64u(count.digest) })

export function beatJson(beat: Beat): Readonly<Record<string, unknown>> {
  return {
    v: 1,
    group_id: beat.groupId,
    epoch: beat.epoch,
    transcript: beat.transcript,
    leaf: beat.leaf,
    beat: beat.beat,
    ...countJson(beat.count),
    previous: beat.previous === null ? null : { epoch: beat.previous.epoch, ...countJson(beat.previous.count) },
    ctrs: Object.fromEntries([...beat.ctrs].slice(0, CTRS_MAX).map(([kid, ctr]) => [String(kid), ctr])),
  }
}

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null)

function bytes32(value: unknown): Bytes | null {
  const bytes = typeof value === 'string' && value.length === 43 ? fromB64u(value) : null
  return bytes?.length === 32 ? bytes : null
}

function parseCount(fields: Fields): Count | null {
  const sent = number(fields['sent'])
  const digest = bytes32(fields['digest'])
  return sent === null || digest === null ? null : { sent, digest }
}

/** Null for anything malformed. Trust: somebody with S; whether a member, the signature and the roster tell. */
export function parseBeat(value: unknown): Beat | null {
  if (!isFields(value) || value['v'] !== 1) return null
  const [epoch, leaf, beat] = [number(value['epoch']), number(value['leaf']), number(value['beat'])]
  const groupId = value['group_id']
  const transcript = value['transcript']
  const count = parseCount(value)
  if (
    epoch === null ||
    leaf === null ||
    beat === null ||
    count === null ||
    bytes32(groupId) === null ||
    typeof transcript !== 'string' ||
    transcript.length > 43
  )
    return null
  const previous = parsePrevious(value['previous'])
  const ctrs = parseCtrs(value['ctrs'])
  if (previous === undefined || ctrs === null) return null
  return { groupId: String(groupId), epoch, transcript, leaf, beat, count, previous, ctrs }
}

function parsePrevious(value: unknown): Beat['previous'] | undefined {
  if (value === null) return null
  if (!isFields(value)) return undefined
  const epoch = number(value['epoch'])
  const count = parseCount(value)
  return epoch === null || count === null ? undefined : { epoch, count }
}

function parseCtrs(value: unknown): Map<number, number> | null {
  if (!isFields(value)) return null
  const entries = Object.entries(value).map(([kid, ctr]) => [number(Number(kid)), number(ctr)] as const)
  if (entries.length > CTRS_MAX || entries.some(([kid, ctr]) => kid === null || ctr === null)) return null
  return new Map(entries.map(([kid, ctr]) => [kid ?? 0, ctr ?? 0]))
}
