/** Payloads of an epoch: ours, counted and sealed; theirs, opened, in each sender's order, with the sender that MLS authenticated. */
import { equal, type Bytes } from '../bytes/bytes'
import { pad } from '../crypto/padding'
import type { Payload } from '../wire/payloads'
import type { OutgoingPayload } from '../worker/rpc'
import { countOne, NO_MESSAGES, Received, type Count } from './message_count'
import { leaves, openApplication, sealApplication, type MlsState } from './mls'
import { readPayload } from './payload'

export type Via = 'log' | 'channel'

interface EpochCounts {
  readonly epoch: number
  readonly own: Record<Via, Count>
  readonly received: Map<string, Received<Payload | null>>
}

export type OpenedPayloads =
  /** `isMalformed`: this message says nothing that can be understood, but it was said, and what waited behind it comes. */
  | {
      readonly result: 'payloads'
      readonly state: MlsState
      readonly from: number
      readonly epoch: number
      readonly payloads: readonly Payload[]
      readonly isMalformed: boolean
    }
  | { readonly result: 'replay'; readonly state: MlsState; readonly from: number }
  | { readonly result: 'malformed'; readonly state: MlsState; readonly from: number }
  | { readonly result: 'unopened' }
  | { readonly result: 'gone' }

export class Messages {
  private current: EpochCounts = countsOf(0)
  private before: EpochCounts | null = null

  beginEpoch(epoch: number): void {
    this.before = this.current.epoch === epoch ? this.before : this.current
    this.current = countsOf(epoch)
  }

  /** Our own log messages, as heartbeats tell them. */
  get own(): { readonly count: Count; readonly previous: { readonly epoch: number; readonly count: Count } | null } {
    return { count: this.current.own.log, previous: this.before === null ? null : { epoch: this.before.epoch, count: this.before.own.log } }
  }

  /** Log messages that came from a leaf in that epoch; null when the epoch is too old to know. */
  receivedCount(epoch: number, leaf: number): (() => Count) | null {
    const counts = this.of(epoch)
    return counts === null ? null : () => counts.received.get(`log/${leaf}`)?.count ?? NO_MESSAGES
  }

  /** Raises RangeError when the payload is too long. */
  async seal(state: MlsState, payload: OutgoingPayload, via: Via): Promise<{ readonly state: MlsState; readonly message: Bytes }> {
    const counts = this.current
    const sealed = await sealApplication(state, pad(JSON.stringify({ v: 1, n: counts.own[via].sent, ...payload })))
    counts.own[via] = await countOne(counts.own[via], sealed.message)
    return sealed
  }

  async open(state: MlsState, message: Bytes, via: Via): Promise<OpenedPayloads> {
    const opened = await openApplication(state, message)
    if (opened === null) return { result: 'unopened' }
    const counts = this.of(opened.epoch)
    const now = leaves(state).find((leaf) => leaf.leafIndex === opened.senderLeaf)
    // A leaf index is used again after a removal: words of the former are never put into the mouth of the next.
    if (counts === null || !now || !equal(now.identity, opened.senderIdentity)) return { result: 'gone' }
    const said = readPayload(opened.plaintext)
    const from = opened.senderLeaf
    if (said === null) return { result: 'malformed', state: opened.state, from }
    const key = `${via}/${from}`
    let received = counts.received.get(key)
    if (!received) counts.received.set(key, (received = new Received()))
    const taken = via === 'log' ? await received.take(said.n, message, said.payload) : received.takeLossy(said.n, said.payload)
    if (taken === 'gap') return { result: 'malformed', state: opened.state, from }
    if (taken === 'replay') return { result: 'replay', state: opened.state, from }
    const payloads = taken.filter((payload) => payload !== null)
    return { result: 'payloads', state: opened.state, from, epoch: opened.epoch, payloads, isMalformed: said.isMalformed }
  }

  private of(epoch: number): EpochCounts | null {
    return this.current.epoch === epoch ? this.current : this.before?.epoch === epoch ? this.before : null
  }
}

const countsOf = (epoch: number): EpochCounts => ({ epoch, own: { log: NO_MESSAGES, channel: NO_MESSAGES }, received: new Map() })
