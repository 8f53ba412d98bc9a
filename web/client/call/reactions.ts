/**
 * Reactions: signs of feeling that pass (spec/6-payloads.md). A name that this version does not know is ignored.
 *
 * Bounds: 5 sent in 5 s; of each member 8 heard in 5 s; 60 shown. What is more is dropped.
 */
import type { Person, ReactionName } from '../api'

const names: ReadonlySet<string> = new Set<ReactionName>(['thumbs_up', 'heart', 'laugh', 'surprise', 'applause', 'party'])
const SHOWN_MS = 4_000
const SPAN_MS = 5_000
const SENT_MAX = 5
const HEARD_MAX = 8
const SHOWN_MAX = 60

interface Shown {
  readonly number: number
  readonly leaf: number
  readonly name: ReactionName
  readonly at_ms: number
}

export class Reactions {
  private shown: readonly Shown[] = []
  private readonly heard = new Map<number, readonly number[]>()
  private sent: readonly number[] = []
  private number = 0

  /** Whether one more may be sent now; then it counts. */
  maySend(now_ms: number): boolean {
    const recent = since(this.sent, now_ms)
    if (recent.length >= SENT_MAX) return false
    this.sent = [...recent, now_ms]
    return true
  }

  /** Trust: a member. False when it is nothing to show. */
  take(leaf: number, name: string, now_ms: number): boolean {
    const recent = since(this.heard.get(leaf) ?? [], now_ms)
    if (!isKnown(name) || recent.length >= HEARD_MAX) return false
    this.heard.set(leaf, [...recent, now_ms])
    this.shown = [...this.current(now_ms), { number: this.number++, leaf, name, at_ms: now_ms }].slice(-SHOWN_MAX)
    return true
  }

  of(leaf: number, now_ms: number): NonNullable<Person['reactions']> {
    return this.current(now_ms)
      .filter((one) => one.leaf === leaf)
      .map(({ number, name }) => ({ number, name }))
  }

  forget(leaf: number): void {
    this.heard.delete(leaf)
    this.shown = this.shown.filter((one) => one.leaf !== leaf)
  }

  private current(now_ms: number): readonly Shown[] {
    return this.shown.filter(({ at_ms }) => now_ms - at_ms < SHOWN_MS)
  }
}

const since = (times: readonly number[], now_ms: number): readonly number[] => times.filter((at_ms) => now_ms - at_ms < SPAN_MS)
const isKnown = (name: string): name is ReactionName => names.has(name)
