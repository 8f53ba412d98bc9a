/** Our heartbeats, and what those of the others tell (spec/5-group.md): forks, messages withheld, media delayed, being behind. */
import type { Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import { signBlob } from '../crypto/signed_blob'
import { isKidOf } from '../sframe/kid'
import { Beats } from './beats'
import { alarm, type GroupContext } from './context'
import { areOtherMessages, isFork } from './fork'
import { beatJson, type Beat } from './heartbeat'
import { CTR_TOLERANCE, DELAYED_MS, Lags, WITHHELD_MS } from './lag'
import type { Messages } from './messages'
import { MissingBeats } from './missing_beats'
import { ownLeaf, transcriptOf, type MlsState } from './mls'
import type { Roster } from './roster'

const BEHIND_MS = 4_000

/** The group at this moment. */
export interface Moment {
  readonly groupId: Bytes
  readonly epoch: number
  readonly state: MlsState
  readonly messages: Messages
}

export class BeatWatch {
  private readonly beats = new Beats()
  private readonly missing = new MissingBeats()
  private readonly withheld = new Lags(WITHHELD_MS, 0)
  private readonly delayed = new Lags(DELAYED_MS, CTR_TOLERANCE)
  private readonly behind = new Lags(BEHIND_MS, 0)
  private beat = 0
  private epoch = 0

  constructor(private readonly context: GroupContext) {}

  restart(now_ms: number): void {
    for (const one of [this.missing, this.withheld, this.delayed, this.behind]) one.restart(now_ms)
  }

  /** A new epoch began. */
  keep(epoch: number, others: readonly number[], added: readonly number[], removed: readonly number[], now_ms: number): void {
    this.epoch = epoch
    this.missing.keep(others, added, now_ms)
    this.withheld.forget((key) => removed.some((leaf) => key.startsWith(`${leaf}/`)))
    this.delayed.forget(() => true)
  }

  ownBeat({ groupId, epoch, state, messages }: Moment): Promise<Bytes> {
    const ctrs = new Map(Object.entries(this.context.media.sent()).map(([kid, ctr]) => [Number(kid), ctr]))
    const beat: Beat = {
      groupId: b64u(groupId),
      epoch,
      transcript: b64u(transcriptOf(state)),
      leaf: ownLeaf(state),
      beat: this.beat++,
      ...messages.own,
      ctrs,
    }
    return signBlob('heartbeat', beatJson(beat), this.context.device)
  }

  /** False for a beat that does not count. */
  take(beat: Beat, devicePublicKey: Bytes, now: Moment, roster: Roster, now_ms: number): boolean {
    if (!this.beats.accept(beat, devicePublicKey, roster, ownLeaf(now.state))) return false
    this.missing.heard(beat.leaf, now_ms)
    if (isFork({ epoch: now.epoch, transcript: b64u(transcriptOf(now.state)) }, beat))
      alarm(this.context, 'integrity.fork', { standing: true, leafIndex: beat.leaf })
    this.compareCounts(now.messages, beat.leaf, beat.epoch, beat.count, now_ms)
    if (beat.previous && beat.epoch === now.epoch) this.compareCounts(now.messages, beat.leaf, beat.previous.epoch, beat.previous.count, now_ms)
    this.behind.expect('epoch', beat.epoch, () => this.epoch, now_ms)
    if (beat.epoch === now.epoch)
      for (const [kid, ctr] of beat.ctrs)
        if (isKidOf(kid, beat.leaf, beat.epoch)) this.delayed.expect(`${beat.leaf}/${kid}`, ctr, () => this.context.media.received(kid), now_ms)
    return true
  }

  /** Alarms for what is overdue; whether the others have been in a later epoch for too long. */
  raise(now_ms: number): { readonly isBehind: boolean } {
    const withheld = this.withheld.look(now_ms).overdue.map((key) => Number.parseInt(key, 10))
    for (const leafIndex of [...withheld, ...this.missing.look(now_ms)]) alarm(this.context, 'integrity.withheld', { standing: true, leafIndex })
    for (const key of this.delayed.look(now_ms).overdue) alarm(this.context, 'integrity.delayed', { leafIndex: Number.parseInt(key, 10) })
    return { isBehind: this.behind.look(now_ms).overdue.length > 0 }
  }

  private compareCounts(messages: Messages, leaf: number, epoch: number, said: Beat['count'], now_ms: number): void {
    const received = messages.receivedCount(epoch, leaf)
    if (received === null) return
    if (areOtherMessages(received(), said)) alarm(this.context, 'integrity.fork', { standing: true, leafIndex: leaf })
    this.withheld.expect(`${leaf}/${epoch}`, said.sent, () => received().sent, now_ms)
  }
}
