/**
 * One run of the emoji comparison as this member reads it in the log (spec/10-verification.md). It knows the rules and nobody's clock, network or screen.
 *
 *   committing ──all commitments──▶ revealing ──all nonces──▶ comparing        any of them ──▶ void
 */
import type { Bytes } from '../bytes/bytes'
import { sasNumbers } from '../crypto/sas'
import type { RosterDevice } from '../crypto/roster_hash'
import { opens, type RunPlace } from '../crypto/sas_commitment'
import type { ComparisonView, Ending } from '../worker/rpc'
import { allCommitted } from './sas_turn'

export interface RunPerson extends RosterDevice {
  readonly name: string
  readonly self: boolean
}

export class SasRun {
  readonly commitments = new Map<number, Bytes>()
  readonly nonces = new Map<number, Bytes>()
  readonly results = new Map<number, 'match' | 'differ'>()
  numbers: readonly number[] = []
  ending: Ending | null = null
  blamed: readonly number[] = []
  /** Our own nonce went to the log. */
  isRevealed = false
  /** Devices that were not compared before it. */
  marked: readonly Bytes[] = []

  constructor(
    readonly runId: string,
    readonly place: RunPlace,
    readonly members: ReadonlyMap<number, RunPerson>,
    readonly startedBy: number,
    readonly begun_ms: number,
    /** Ours, for this run alone. */
    readonly nonce: Bytes,
  ) {}

  get phase(): ComparisonView['phase'] {
    if (this.ending !== null) return 'void'
    if (this.numbers.length > 0) return 'comparing'
    return this.commitments.size < this.members.size ? 'committing' : 'revealing'
  }
  /** Still on its way to its emoji. */
  get isOpen(): boolean {
    return this.phase === 'committing' || this.phase === 'revealing'
  }
  get mayReveal(): boolean {
    return this.isOpen && allCommitted(this.commitments, this.members)
  }
  get isDenied(): boolean {
    return [...this.results.values()].includes('differ')
  }
  /** Whom we wait for, in this phase. */
  get missing(): readonly number[] {
    const there: ReadonlyMap<number, unknown> =
      this.phase === 'committing' ? this.commitments : this.phase === 'revealing' ? this.nonces : this.results
    return [...this.members.keys()].filter((leaf) => !there.has(leaf))
  }

  end(ending: Ending, blamed: readonly number[]): void {
    if (this.ending !== null) return
    this.ending = ending
    this.blamed = blamed
  }

  /** False: this breaks the rules, and the run is void. */
  commit(from: number, commitment: Bytes): boolean {
    if (this.commitments.has(from)) return this.broken(from)
    this.commitments.set(from, commitment)
    return true
  }

  /** False: this breaks the rules, and the run is void. */
  async reveal(from: number, nonce: Bytes): Promise<boolean> {
    const commitment = this.commitments.get(from)
    const member = this.members.get(from)
    if (!this.mayReveal || !commitment || !member || this.nonces.has(from)) return this.broken(from)
    if (!(await opens(commitment, this.place, member, nonce))) return this.broken(from)
    this.nonces.set(from, nonce)
    if (this.nonces.size === this.members.size) await this.show()
    return true
  }

  result(from: number, outcome: 'match' | 'differ'): void {
    if (this.phase === 'comparing' && this.results.get(from) !== 'differ') this.results.set(from, outcome)
  }

  get view(): ComparisonView {
    const missing = new Set(this.missing)
    const stateOf = (leaf: number): ComparisonView['people'][number]['state'] =>
      this.blamed.includes(leaf) ? 'blamed' : (this.results.get(leaf) ?? (missing.has(leaf) && this.ending === null ? 'waited-for' : 'ready'))
    return {
      runId: this.runId,
      phase: this.phase,
      startedBy: this.startedBy,
      numbers: this.phase === 'comparing' ? this.numbers : [],
      people: [...this.members.values()].map(({ leafIndex, name, self }) => ({ leafIndex, name, self, state: stateOf(leafIndex) })),
      ...(this.ending === null ? {} : { ending: this.ending }),
    }
  }

  private async show(): Promise<void> {
    const nothing = new Uint8Array(0)
    const revealed = [...this.nonces].map(([leafIndex, nonce]) => ({ leafIndex, nonce, commitment: this.commitments.get(leafIndex) ?? nothing }))
    this.numbers = await sasNumbers(this.place, revealed)
  }

  private broken(from: number): false {
    this.end('rules-broken', [from])
    return false
  }
}
