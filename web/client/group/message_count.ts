/**
 * Each sender counts its messages of an epoch, per transport; receivers take them in that order and keep the same digest (spec/5-group.md).
 * Bounds: 64 messages ahead per sender.
 */
import { concat, type Bytes } from '../bytes/bytes'
import { domain, sha256 } from '../crypto/labels'

const AHEAD_MAX = 64

export interface Count {
  readonly sent: number
  readonly digest: Bytes
}

export const NO_MESSAGES: Count = { sent: 0, digest: new Uint8Array(32) }

export const countOne = async (count: Count, message: Bytes): Promise<Count> => ({
  sent: count.sent + 1,
  digest: await sha256(concat(domain('digest'), count.digest, await sha256(message))),
})

interface Waiting<T> {
  readonly message: Bytes
  readonly value: T
}

/** What came from one sender in one epoch over one transport. */
export class Received<T> {
  count: Count = NO_MESSAGES
  private readonly ahead = new Map<number, Waiting<T>>()

  /** The values that are now in order; `replay` when this number was taken before, `gap` when it is too far ahead. */
  async take(n: number, message: Bytes, value: T): Promise<readonly T[] | 'replay' | 'gap'> {
    if (n < this.count.sent || this.ahead.has(n)) return 'replay'
    if (n - this.count.sent > AHEAD_MAX) return 'gap'
    this.ahead.set(n, { message, value })
    const ready: T[] = []
    for (let next = this.ahead.get(this.count.sent); next; next = this.ahead.get(this.count.sent)) {
      this.ahead.delete(this.count.sent)
      this.count = await countOne(this.count, next.message)
      ready.push(next.value)
    }
    return ready
  }

  /** Of a transport that keeps order but may lose its end: whatever comes next is taken, nothing twice. */
  takeLossy(n: number, value: T): readonly T[] | 'replay' {
    if (n < this.count.sent) return 'replay'
    this.count = { sent: n + 1, digest: this.count.digest }
    return [value]
  }
}
