/** The host's promise about a room (spec/2-policy.md). */
import { concat, equal, opaque16, type Bytes } from '../bytes/bytes'
import { Reader } from '../bytes/reader'
import { b64u, fromUtf8, utf8 } from '../bytes/text'
import { ProblemError } from '../problem'
import { signLabelled, verifyLabelled } from './device'
import { sha256 } from './labels'

export interface Policy {
  readonly v: 1
  readonly room_id: string
  readonly generation: number
  readonly topology: 'direct' | 'group'
  readonly capacity: number
  readonly waiting_room: boolean
  readonly recording: 'forbidden' | 'notify' | 'everyone'
  readonly expires_at: number
  readonly single_use: boolean
}

const POLICY_BYTES_MAX = 2_048
const integer = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most

const fields: { readonly [K in keyof Policy]: (value: unknown) => boolean } = {
  v: (value) => value === 1,
  room_id: (value) => typeof value === 'string',
  generation: (value) => integer(value, 0, 0xffff_ffff),
  topology: (value) => value === 'direct' || value === 'group',
  capacity: (value) => integer(value, 2, 100),
  waiting_room: (value) => typeof value === 'boolean',
  recording: (value) => value === 'forbidden' || value === 'notify' || value === 'everyone',
  expires_at: (value) => integer(value, 0, Number.MAX_SAFE_INTEGER),
  single_use: (value) => typeof value === 'boolean',
}

export async function signPolicy(policy: Policy, hostKey: CryptoKey, hostPublicKey: Bytes): Promise<Bytes> {
  const json = utf8(JSON.stringify(policy))
  return concat(opaque16(json), hostPublicKey, await signLabelled(hostKey, 'policy', json))
}

export interface VerifiedPolicy {
  readonly policy: Policy
  /** SHA-256 of the JSON as signed; in every group's context. */
  readonly hash: Bytes
  /** Whose orders count (5-group.md). */
  readonly hostPublicKey: Bytes
}

/** Raises integrity.policy unless it is the policy of this room by the host that the link names. Trust: the server. */
export async function verifyPolicy(signed: Bytes, roomId: Bytes, hostKeyHash: Bytes): Promise<VerifiedPolicy> {
  const refuse = (why: string): never => {
    throw new ProblemError('integrity.policy', why)
  }
  try {
    const reader = new Reader(signed)
    const json = reader.opaque16(POLICY_BYTES_MAX)
    const hostPublicKey = reader.take(32)
    const signature = reader.take(64)
    reader.end()
    if (!equal(await sha256(hostPublicKey), hostKeyHash)) return refuse('another host')
    if (!(await verifyLabelled(hostPublicKey, 'policy', json, signature))) return refuse('bad signature')
    return { policy: parsePolicy(json, roomId), hash: await sha256(json), hostPublicKey }
  } catch (error) {
    if (error instanceof ProblemError) throw error
    return refuse('malformed')
  }
}

function parsePolicy(json: Bytes, roomId: Bytes): Policy {
  const value: unknown = JSON.parse(fromUtf8(json))
  if (typeof value !== 'object' || value === null) throw new ProblemError('integrity.policy', 'malformed')
  const given = value as Readonly<Record<string, unknown>>
  for (const [name, check] of Object.entries(fields)) if (!check(given[name])) throw new ProblemError('integrity.policy', `field ${name}`)
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name))
  if (unknown !== undefined) throw new ProblemError('integrity.policy', 'a rule that this version does not know')
  const policy = given as unknown as Policy
  if (policy.room_id !== b64u(roomId)) throw new ProblemError('integrity.policy', 'another room')
  if (policy.topology === 'direct' && policy.capacity !== 2) throw new ProblemError('integrity.policy', 'field capacity')
  return policy
}
