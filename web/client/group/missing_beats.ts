/**
 * Whose heartbeats stay away although they are alive: a server that withholds messages would withhold the heartbeats that tell of them as well, and
 * where frames go by another way nobody would fall silent (spec/5-group.md). Bounds: one row per leaf.
 */
import { RESTARTS_MAX } from './liveness'

export const BEATLESS_MS = 20_000

interface Row {
  readonly since_ms: number
  readonly restarts: number
  readonly isRaised: boolean
}

export class MissingBeats {
  private readonly rows = new Map<number, Row>()

  heard(leaf: number, now_ms: number): void {
    this.rows.set(leaf, { since_ms: now_ms, restarts: 0, isRaised: false })
  }

  /** Keeps only these; who is new has its whole time. */
  keep(leaves: readonly number[], replaced: readonly number[], now_ms: number): void {
    for (const leaf of this.rows.keys()) if (!leaves.includes(leaf)) this.rows.delete(leaf)
    for (const leaf of leaves) if (!this.rows.has(leaf) || replaced.includes(leaf)) this.heard(leaf, now_ms)
  }

  /** Our own socket is back. */
  restart(now_ms: number): void {
    for (const [leaf, row] of this.rows)
      if (row.restarts < RESTARTS_MAX) this.rows.set(leaf, { ...row, since_ms: now_ms, restarts: row.restarts + 1 })
  }

  /** Leaves whose heartbeats are overdue since the last look. */
  look(now_ms: number): readonly number[] {
    const overdue = [...this.rows].filter(([, row]) => !row.isRaised && now_ms - row.since_ms >= BEATLESS_MS)
    for (const [leaf, row] of overdue) this.rows.set(leaf, { ...row, isRaised: true })
    return overdue.map(([leaf]) => leaf)
  }
}
