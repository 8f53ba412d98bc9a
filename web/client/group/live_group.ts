/**
 * The group while we are in it: commits, payloads, heartbeats, who comes and who goes. Rules: spec/5-group.md; each stands in a file of its own beside this one.
 */
import type { Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import { epochCode } from '../crypto/epoch_code'
import { signBlob } from '../crypto/signed_blob'
import { isKidOf } from '../sframe/kid'
import type { OutgoingPayload } from '../worker/rpc'
import { emitWelcome } from './bodies'
import { alarm, append, envelopeName, relayBeat, type GroupContext } from './context'
import { Beats } from './beats'
import { Echoes } from './echoes'
import { areOtherMessages, isFork } from './fork'
import { HEALING_MS } from './healing'
import { beatJson, HEARTBEAT_MS, type Beat } from './heartbeat'
import { CTR_TOLERANCE, DELAYED_MS, Lags, WITHHELD_MS } from './lag'
import type { Liveness } from './liveness'
import { MissingBeats } from './missing_beats'
import { rankOf } from './liveness'
import { Messages, type Via } from './messages'
import {
  applyCommit,
  authenticatorOf,
  epochOf,
  exportMediaSecret,
  groupIdOf,
  inspectCommit,
  leaves,
  makeCommit,
  ownLeaf,
  transcriptOf,
  withReceived,
  type MadeCommit,
  type MlsState,
  type ParsedKeyPackage,
} from './mls'
import type { Remembered } from './remembered'
import { makeRoster, verifyLeaf, type Roster } from './roster'
import { commitRefusal } from './valid_commit'
import { admission, WaitingRoom, type Joiner } from './waiting'

const ACK_MS = 1_000
const RESEND_MS = 5_000
const BEHIND_MS = 4_000

interface Pending {
  readonly made: MadeCommit
  readonly body: Bytes
  readonly epoch: number
  readonly joiners: readonly Joiner[]
  sent_ms: number
}

export class LiveGroup {
  private readonly waiting = new WaitingRoom()
  private readonly messages = new Messages()
  private readonly echoes = new Echoes()
  private readonly counted = new Set<string>()
  private readonly beats = new Beats()
  private readonly missing = new MissingBeats()
  private readonly withheld = new Lags(WITHHELD_MS, 0)
  private readonly delayed = new Lags(DELAYED_MS, CTR_TOLERANCE)
  private pending: Pending | null = null
  private beat = 0
  private nextBeat_ms = 0
  private lastCommit_ms = Number.NEGATIVE_INFINITY
  private unacknowledged: Set<number> | null = null
  private ackBy_ms = 0
  private readonly behind = new Lags(BEHIND_MS, 0)
  private isOver = false

  private constructor(
    private readonly context: GroupContext,
    private state: MlsState,
    private roster: Roster,
    private readonly liveness: Liveness,
    /** Key packages that were asked for in the log, by reference. */
    private readonly asked: Remembered,
  ) {}

  static async enter(
    context: GroupContext,
    state: MlsState,
    roster: Roster,
    liveness: Liveness,
    asked: Remembered,
    now_ms: number,
  ): Promise<LiveGroup> {
    const group = new LiveGroup(context, state, roster, liveness, asked)
    for (const entry of roster.values()) group.counted.add(b64u(entry.credential.admissionMac))
    await group.beginEpoch([...roster.keys()], [], now_ms, true)
    return group
  }

  get groupId(): Bytes {
    return groupIdOf(this.state)
  }
  get epoch(): number {
    return epochOf(this.state)
  }
  get size(): number {
    return this.roster.size
  }
  get over(): boolean {
    return this.isOver
  }

  hear(leaf: number, now_ms: number): void {
    if (this.roster.has(leaf)) this.liveness.hear(leaf, now_ms)
  }

  /** While our socket was down nobody else's silence counted. */
  resumed(now_ms: number): void {
    this.missing.restart(now_ms)
    this.withheld.restart(now_ms)
    this.delayed.restart(now_ms)
    this.behind.restart(now_ms)
    if (this.pending) this.pending.sent_ms = now_ms
    this.nextBeat_ms = now_ms
  }

  // -- joining ------------------------------------------------------------------------------------------------------------

  async onJoin(parsed: ParsedKeyPackage, now_ms: number): Promise<void> {
    const credential = await verifyLeaf(parsed, this.groupId, this.context)
    if (credential === null) {
      alarm(this.context, 'integrity.credential')
      return
    }
    if (this.counted.has(b64u(credential.admissionMac))) return
    this.waiting.add({ keyPackage: parsed.keyPackage, ref: parsed.ref, credential, since_ms: now_ms })
    await this.addWhoIsDue(now_ms)
  }

  private rank(now_ms: number): number {
    const returning = this.waiting.devices()
    const stays = (leaf: number): boolean => !returning.has(b64u(this.roster.get(leaf)?.credential.devicePublicKey ?? new Uint8Array(0)))
    return rankOf(ownLeaf(this.state), [...this.roster.keys()], (leaf) => stays(leaf) && this.liveness.isActive(leaf, now_ms))
  }

  private async addWhoIsDue(now_ms: number): Promise<void> {
    if (this.pending) return
    const due = this.waiting.due(this.rank(now_ms), this.lastCommit_ms, now_ms)
    if (due.length === 0) return
    const { add, remove, refuse } = admission(due, this.roster, this.context.policy.policy, now_ms)
    for (const { joiner, code } of refuse) {
      this.waiting.remove(joiner.ref)
      const note = { v: 1, group_id: b64u(this.groupId), key_package_ref: b64u(joiner.ref), code }
      await append(this.context, 'refusal', 0, await signBlob('note', note, this.context.device))
    }
    const others = remove.filter((leaf) => leaf !== ownLeaf(this.state))
    if (add.length > 0) await this.commit(add, others, now_ms)
  }

  private async commit(add: readonly Joiner[], remove: readonly number[], now_ms: number): Promise<void> {
    const made = await makeCommit(
      this.state,
      add.map((joiner) => joiner.keyPackage),
      remove,
    )
    const body = await append(this.context, 'commit', this.epoch, made.commit)
    this.pending = { made, body, epoch: this.epoch, joiners: add, sent_ms: now_ms }
    this.lastCommit_ms = now_ms
  }

  // -- commits ------------------------------------------------------------------------------------------------------------

  /** `name` is the envelope's, to know our own by. Bytes of another group or epoch change nothing. */
  async onCommit(plaintext: Bytes, epoch: number, name: string, now_ms: number): Promise<void> {
    if (epoch !== this.epoch) return
    if (this.pending && name === envelopeName(this.pending.body)) {
      await this.adoptOwn(this.pending, now_ms)
      return
    }
    const inspected = await inspectCommit(this.state, plaintext)
    if (inspected === null) {
      alarm(this.context, 'integrity.commit', { detail: 'not authentic' })
      return
    }
    const adds = await Promise.all(
      inspected.adds.map(async (add) => {
        const credential = add === null ? null : await verifyLeaf(add, this.groupId, this.context)
        return add === null || credential === null ? null : { credential, asked: this.asked.has(b64u(add.ref)) }
      }),
    )
    const refusal = commitRefusal({ ...inspected, adds }, this.roster, this.counted, this.context.policy.policy.capacity)
    if (refusal !== null) {
      alarm(this.context, 'integrity.commit', { leafIndex: inspected.senderLeaf, detail: refusal })
      return
    }
    if (inspected.removes.includes(ownLeaf(this.state))) {
      const own = b64u(this.context.device.publicKey)
      const elsewhere = adds.some((add) => add !== null && b64u(add.credential.devicePublicKey) === own)
      if (elsewhere) this.stop('local.opened-elsewhere', false)
      else if (this.liveness.mayReturn(now_ms)) this.stop('unavailable.absent', true)
      else this.stop('denied.removed', false)
      return
    }
    const next = await applyCommit(this.state, plaintext).catch(() => null)
    if (next === null) {
      this.stop('unavailable.log-gap', true)
      return
    }
    this.liveness.hear(inspected.senderLeaf, now_ms)
    await this.adopt(next, now_ms)
  }

  private async adoptOwn(pending: Pending, now_ms: number): Promise<void> {
    await this.adopt(withReceived(pending.made.next, this.state), now_ms)
    const { welcome } = pending.made
    if (welcome)
      for (const joiner of pending.joiners) await append(this.context, 'welcome', this.epoch, emitWelcome({ keyPackageRef: joiner.ref, welcome }))
  }

  private async adopt(next: MlsState, now_ms: number): Promise<void> {
    const roster = await makeRoster(leaves(next), this.groupId, this.context)
    if (roster === null) {
      alarm(this.context, 'integrity.commit', { detail: 'a leaf without a valid credential' })
      return
    }
    const macOf = (entries: Roster, leaf: number): string => b64u(entries.get(leaf)?.credential.admissionMac ?? new Uint8Array(0))
    const added = [...roster.keys()].filter((leaf) => macOf(roster, leaf) !== macOf(this.roster, leaf))
    const removed = [...this.roster.keys()].filter((leaf) => macOf(roster, leaf) !== macOf(this.roster, leaf))
    this.state = next
    this.roster = roster
    this.pending = null
    for (const leaf of added) this.counted.add(macOf(roster, leaf))
    await this.beginEpoch(added, removed, now_ms, false)
  }

  private async beginEpoch(added: readonly number[], removed: readonly number[], now_ms: number, entering: boolean): Promise<void> {
    const others = [...this.roster.keys()].filter((leaf) => leaf !== ownLeaf(this.state))
    this.messages.beginEpoch(this.epoch)
    this.liveness.keep([...this.roster.keys()], added, now_ms)
    this.missing.keep(others, added, now_ms)
    this.waiting.settle(this.roster)
    this.withheld.forget((key) => removed.some((leaf) => key.startsWith(`${leaf}/`)))
    this.delayed.forget(() => true)
    this.lastCommit_ms = entering ? this.lastCommit_ms : now_ms
    const people = [...this.roster.values()].map((entry) => ({ leafIndex: entry.leafIndex, devicePublicKey: entry.credential.devicePublicKey }))
    const [code, mediaSecret] = await Promise.all([epochCode(authenticatorOf(this.state), people), exportMediaSecret(this.state)])
    this.context.emit({
      type: 'epoch',
      epoch: this.epoch,
      epochCode: code,
      epochAuthenticator: authenticatorOf(this.state),
      ownLeaf: ownLeaf(this.state),
      roster: this.roster,
      added,
      removed,
      mediaSecret,
    })
    this.unacknowledged = new Set(others)
    this.ackBy_ms = entering || removed.length > 0 ? now_ms : now_ms + ACK_MS
    this.switchKeyWhenReady(now_ms)
    await this.sendBeat(now_ms)
  }

  // -- payloads -----------------------------------------------------------------------------------------------------------

  /** Raises RangeError when the payload is too long. */
  async send(payload: OutgoingPayload, via: Via): Promise<void> {
    const sealed = await this.messages.seal(this.state, payload, via)
    this.state = sealed.state
    if (via === 'log') this.echoes.expect(await append(this.context, 'application', this.epoch, sealed.message), this.epoch, payload)
    else this.context.emit({ type: 'channel', message: sealed.message })
  }

  /** An entry that we sealed ourselves has come back. */
  onEcho(name: string): void {
    const echo = this.echoes.take(name)
    if (echo) this.context.emit({ type: 'echo', ...echo })
  }

  async onApplication(message: Bytes, via: Via, now_ms: number): Promise<void> {
    const opened = await this.messages.open(this.state, message, via)
    if (opened.result === 'gone') return
    if (opened.result === 'unopened') {
      alarm(this.context, 'integrity.envelope')
      return
    }
    this.state = opened.state
    if (opened.result !== 'payloads') {
      alarm(this.context, opened.result === 'replay' ? 'integrity.replay' : 'integrity.envelope', { leafIndex: opened.from })
      return
    }
    if (opened.isMalformed) alarm(this.context, 'integrity.envelope', { leafIndex: opened.from })
    this.liveness.hear(opened.from, now_ms)
    this.acknowledge(opened.from, opened.epoch, now_ms)
    for (const payload of opened.payloads) {
      if (payload.type === 'bye') this.liveness.says_bye(opened.from)
      this.context.emit({ type: 'payload', from: opened.from, epoch: opened.epoch, via, payload })
    }
    if (opened.payloads.some((payload) => payload.type === 'bye')) await this.removeWhoIsDue(now_ms)
  }

  // -- heartbeats ---------------------------------------------------------------------------------------------------------

  private async sendBeat(now_ms: number): Promise<void> {
    this.nextBeat_ms = now_ms + HEARTBEAT_MS
    const ctrs = new Map(Object.entries(this.context.media.sent()).map(([kid, ctr]) => [Number(kid), ctr]))
    const beat: Beat = {
      groupId: b64u(this.groupId),
      epoch: this.epoch,
      transcript: b64u(transcriptOf(this.state)),
      leaf: ownLeaf(this.state),
      beat: this.beat++,
      ...this.messages.own,
      ctrs,
    }
    await relayBeat(this.context, await signBlob('heartbeat', beatJson(beat), this.context.device))
  }

  /** A beat of this group, signature verified; `devicePublicKey` is who signed it. */
  onBeat(beat: Beat, devicePublicKey: Bytes, now_ms: number): void {
    if (!this.beats.accept(beat, devicePublicKey, this.roster, ownLeaf(this.state))) return
    this.liveness.hear(beat.leaf, now_ms)
    this.missing.heard(beat.leaf, now_ms)
    this.acknowledge(beat.leaf, beat.epoch, now_ms)
    if (isFork({ epoch: this.epoch, transcript: b64u(transcriptOf(this.state)) }, beat))
      alarm(this.context, 'integrity.fork', { standing: true, leafIndex: beat.leaf })
    this.compareCounts(beat.leaf, beat.epoch, beat.count, now_ms)
    if (beat.previous && beat.epoch === this.epoch) this.compareCounts(beat.leaf, beat.previous.epoch, beat.previous.count, now_ms)
    this.behind.expect('epoch', beat.epoch, () => this.epoch, now_ms)
    if (beat.epoch === this.epoch)
      for (const [kid, ctr] of beat.ctrs)
        if (isKidOf(kid, beat.leaf, beat.epoch)) this.delayed.expect(`${beat.leaf}/${kid}`, ctr, () => this.context.media.received(kid), now_ms)
  }

  private compareCounts(leaf: number, epoch: number, said: Beat['count'], now_ms: number): void {
    const received = this.messages.receivedCount(epoch, leaf)
    if (received === null) return
    if (areOtherMessages(received(), said)) alarm(this.context, 'integrity.fork', { standing: true, leafIndex: leaf })
    this.withheld.expect(`${leaf}/${epoch}`, said.sent, () => received().sent, now_ms)
  }

  private acknowledge(leaf: number, epoch: number, now_ms: number): void {
    if (epoch !== this.epoch) return
    this.unacknowledged?.delete(leaf)
    this.switchKeyWhenReady(now_ms)
  }

  private switchKeyWhenReady(now_ms: number): void {
    if (this.unacknowledged === null || (this.unacknowledged.size > 0 && now_ms < this.ackBy_ms)) return
    this.unacknowledged = null
    this.context.emit({ type: 'send-under', epoch: this.epoch, ownLeaf: ownLeaf(this.state) })
  }

  // -- time ---------------------------------------------------------------------------------------------------------------

  async tick(now_ms: number): Promise<void> {
    this.switchKeyWhenReady(now_ms)
    if (now_ms >= this.nextBeat_ms) await this.sendBeat(now_ms)
    if (!this.liveness.isUp) return
    this.raiseLags(now_ms)
    if (this.behind.look(now_ms).overdue.length > 0) {
      this.stop('unavailable.log-gap', true)
      return
    }
    if (this.pending && now_ms - this.pending.sent_ms >= RESEND_MS) {
      this.pending.sent_ms = now_ms
      this.context.emit({ type: 'append', kind: 'commit', epoch: this.pending.epoch, body: this.pending.body })
    }
    await this.removeWhoIsDue(now_ms)
    await this.addWhoIsDue(now_ms)
    if (!this.pending && now_ms - this.lastCommit_ms >= HEALING_MS && Number.isFinite(this.lastCommit_ms) && this.rank(now_ms) === 0)
      await this.commit([], [], now_ms)
  }

  private raiseLags(now_ms: number): void {
    const withheld = this.withheld.look(now_ms).overdue.map((key) => Number.parseInt(key, 10))
    for (const leafIndex of [...withheld, ...this.missing.look(now_ms)]) alarm(this.context, 'integrity.withheld', { standing: true, leafIndex })
    const delayed = this.delayed.look(now_ms)
    for (const key of delayed.overdue) alarm(this.context, 'integrity.delayed', { leafIndex: Number.parseInt(key, 10) })
  }

  private async removeWhoIsDue(now_ms: number): Promise<void> {
    if (this.pending) return
    const others = [...this.roster.keys()].filter((leaf) => leaf !== ownLeaf(this.state))
    const due = this.liveness.removable(others, this.rank(now_ms), now_ms)
    if (due.length > 0) await this.commit([], due, now_ms)
  }

  private stop(code: string, again: boolean): void {
    this.isOver = true
    this.context.emit({ type: 'stopped', code, again })
  }
}
