/** People who asked to join and are not in yet, and when it is our turn to add them. Bounds: 64 at once, the oldest go first. */
import type { Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import type { Credential } from '../crypto/credential'
import type { Policy } from '../crypto/policy'
import type { Word } from './host_desk'
import type { KeyPackage } from './mls'
import type { Roster } from './roster'
import { TURN_MS } from './liveness'

export interface Joiner {
  readonly keyPackage: KeyPackage
  readonly ref: Bytes
  readonly credential: Credential
  /** The host's own device brings its admission along; of others it is null. */
  readonly admission: Bytes | null
  readonly since_ms: number
  /** When it last asked: who waits for the host repeats itself. */
  readonly heard_ms: number
}

const WAITING_MAX = 64
export const BATCH_MS = 250
/** Who waits asks again every 15 s. */
export const REPEAT_MS = 15_000
const GONE_MS = 3 * REPEAT_MS
const CLOCK_SKEW_S = 60

export class WaitingRoom {
  private readonly joiners = new Map<string, Joiner>()

  add(joiner: Joiner): void {
    const known = this.joiners.get(b64u(joiner.ref))
    if (known) {
      this.joiners.set(b64u(joiner.ref), { ...known, heard_ms: joiner.heard_ms })
      return
    }
    // A device that asks again takes its older request back.
    for (const [ref, other] of this.joiners)
      if (b64u(other.credential.devicePublicKey) === b64u(joiner.credential.devicePublicKey)) this.joiners.delete(ref)
    const oldest = this.joiners.keys().next().value
    if (this.joiners.size >= WAITING_MAX && oldest !== undefined) this.joiners.delete(oldest)
    this.joiners.set(b64u(joiner.ref), joiner)
  }

  remove(ref: Bytes): void {
    this.joiners.delete(b64u(ref))
  }

  /** Whoever got in is not waiting any more. */
  settle(roster: Roster): void {
    const macs = new Set([...roster.values()].map((entry) => b64u(entry.credential.admissionMac)))
    for (const [ref, joiner] of this.joiners) if (macs.has(b64u(joiner.credential.admissionMac))) this.joiners.delete(ref)
  }

  get all(): readonly Joiner[] {
    return [...this.joiners.values()]
  }

  /** Who fell silent is not waiting any more. True when somebody went. */
  forgetSilent(now_ms: number): boolean {
    const silent = [...this.joiners].filter(([, joiner]) => now_ms - joiner.heard_ms >= GONE_MS)
    for (const [ref] of silent) this.joiners.delete(ref)
    return silent.length > 0
  }

  devices(): ReadonlySet<string> {
    return new Set([...this.joiners.values()].map((joiner) => b64u(joiner.credential.devicePublicKey)))
  }

  /** Those whose adding is our turn: at once for the first in line, 2 s later for each next; a burst is taken together. */
  due(rank: number, lastCommit_ms: number, now_ms: number): readonly Joiner[] {
    const all = [...this.joiners.values()]
    const isTurn = all.some((joiner) => now_ms - joiner.since_ms >= rank * TURN_MS)
    return isTurn && now_ms - lastCommit_ms >= BATCH_MS ? all : []
  }
}

export interface Admission {
  readonly add: readonly Joiner[]
  /** Old leaves of the devices that come back. */
  readonly remove: readonly number[]
  readonly refuse: ReadonlyArray<{ readonly joiner: Joiner; readonly code: string }>
}

/** Who of them may come in. The adder, and only it, looks at the clock. `wordFor`: what the host says of a device that is not in. */
export function admission(
  joiners: readonly Joiner[],
  roster: Roster,
  rules: Pick<Policy, 'capacity' | 'expires_at'>,
  wordFor: (joiner: Joiner) => Word,
  now_ms: number,
): Admission {
  const leafOf = new Map([...roster.values()].map((entry) => [b64u(entry.credential.devicePublicKey), entry.leafIndex]))
  const add: Joiner[] = []
  const remove: number[] = []
  const refuse: Array<Admission['refuse'][number]> = []
  let size = roster.size
  for (const joiner of joiners) {
    const old = leafOf.get(b64u(joiner.credential.devicePublicKey))
    const word = old === undefined ? wordFor(joiner) : 'in'
    if (word === 'wait') continue
    if (word !== 'in') refuse.push({ joiner, code: word })
    else if (rules.expires_at <= now_ms / 1_000) refuse.push({ joiner, code: 'denied.room-gone' })
    else if (joiner.credential.expiresAt + CLOCK_SKEW_S < now_ms / 1_000) refuse.push({ joiner, code: 'denied.admission-expired' })
    else if (old === undefined && size >= rules.capacity) refuse.push({ joiner, code: 'denied.room-full' })
    else {
      add.push(joiner)
      if (old === undefined) size++
      else remove.push(old)
    }
  }
  return { add, remove, refuse }
}
