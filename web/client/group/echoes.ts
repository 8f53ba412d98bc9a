/**
 * Payloads of ours whose place in the log counts, until they come back from it: those of the emoji comparison, which everybody has to read in one order.
 * Bounds: 64, the oldest go first.
 */
import type { Bytes } from '../bytes/bytes'
import type { OutgoingPayload } from '../worker/rpc'
import { envelopeName } from './context'

export interface Echo {
  readonly epoch: number
  readonly payload: OutgoingPayload
}

const EXPECTED_MAX = 64

export class Echoes {
  private readonly expected = new Map<string, Echo>()

  /** `body`: the sealed entry. */
  expect(body: Bytes, epoch: number, payload: OutgoingPayload): void {
    if (!payload.type.startsWith('sas_')) return
    const oldest = this.expected.keys().next().value
    if (this.expected.size >= EXPECTED_MAX && oldest !== undefined) this.expected.delete(oldest)
    this.expected.set(envelopeName(body), { epoch, payload })
  }

  take(name: string): Echo | undefined {
    const echo = this.expected.get(name)
    this.expected.delete(name)
    return echo
  }
}
