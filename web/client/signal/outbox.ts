/**
 * Appends that the log has not confirmed: after a break they are sent again, unless the log shows that they had arrived.
 * Bounds: 256; more is a fault and is refused.
 */
import type { Append } from '../wire/messages'

const OUTBOX_MAX = 256

export class Outbox {
  private readonly waiting = new Map<number, Append>()
  private nextRef = 1

  /** Null when too much is unconfirmed. */
  put(entry: Omit<Append, 'type' | 'ref'>): Append | null {
    if (this.waiting.size >= OUTBOX_MAX) return null
    const append: Append = { type: 'append', ref: this.nextRef++, ...entry }
    this.waiting.set(append.ref, append)
    return append
  }

  confirmed(ref: number): void {
    this.waiting.delete(ref)
  }

  /** The log shows this body: whoever brought it there, it need not be sent again. */
  seen(body: string): void {
    for (const [ref, append] of this.waiting) if (append.body === body) this.waiting.delete(ref)
  }

  unconfirmed(): readonly Append[] {
    return [...this.waiting.values()]
  }

  clear(): void {
    this.waiting.clear()
  }
}
