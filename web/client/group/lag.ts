/**
 * Something that a heartbeat announced and that has not arrived: withheld messages, delayed media.
 * Time makes an alarm out of a lag, never a refusal.
 */
import { RESTARTS_MAX } from './liveness'

export const WITHHELD_MS = 4_000
export const DELAYED_MS = 2_000
/** The last frames of a stream may be lost for good; this many may be missing without an alarm. */
export const CTR_TOLERANCE = 50

interface Lag {
  readonly since_ms: number
  readonly restarts: number
  readonly expected: number
  readonly arrived: () => number
}

/** Keys are chosen by the caller; bounded by members × streams. */
export class Lags {
  private readonly open = new Map<string, Lag>()
  private readonly raised = new Set<string>()
  constructor(
    private readonly patience_ms: number,
    private readonly tolerance: number,
  ) {}

  expect(key: string, expected: number, arrived: () => number, now_ms: number): void {
    if (arrived() + this.tolerance >= expected) return
    if (!this.open.has(key)) this.open.set(key, { since_ms: now_ms, restarts: 0, expected, arrived })
  }

  /** What became overdue and what caught up since the last look. */
  look(now_ms: number): { readonly overdue: readonly string[]; readonly caughtUp: readonly string[] } {
    const overdue: string[] = []
    const caughtUp: string[] = []
    for (const [key, lag] of this.open) {
      if (lag.arrived() + this.tolerance >= lag.expected) {
        this.open.delete(key)
        if (this.raised.delete(key)) caughtUp.push(key)
      } else if (now_ms - lag.since_ms >= this.patience_ms && !this.raised.has(key)) {
        this.raised.add(key)
        overdue.push(key)
      }
    }
    return { overdue, caughtUp }
  }

  /** Our own socket is back: what is behind has its whole patience again. */
  restart(now_ms: number): void {
    for (const [key, lag] of this.open) if (lag.restarts < RESTARTS_MAX) this.open.set(key, { ...lag, since_ms: now_ms, restarts: lag.restarts + 1 })
  }

  forget(matches: (key: string) => boolean): void {
    for (const key of this.open.keys()) if (matches(key)) this.open.delete(key)
    for (const key of this.raised) if (matches(key)) this.raised.delete(key)
  }
}
