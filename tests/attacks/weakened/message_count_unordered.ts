/** Takes messages in the order in which the server shows them, as often as it shows them. */
import type * as original from '../../../web/client/group/message_count'

export class Received<T> {
  count: original.Count = { sent: 0, digest: new Uint8Array(32) }
  take(_n: number, _message: unknown, value: T): Promise<readonly T[]> {
    this.count = { ...this.count, sent: this.count.sent + 1 }
    return Promise.resolve([value])
  }
  takeLossy(_n: number, value: T): readonly T[] {
    return [value]
  }
}
