/**
 * The group while we are in it: commits, payloads, heartbeats, who comes and who goes. Rules: spec/5-group.md; each stands in a file of its own beside this one.
 */
import type { Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import { emitOrders } from '../crypto/host_order'
import { signBlob } from '../crypto/signed_blob'
import type { OutgoingPayload } from '../worker/rpc'
import { emitWelcome } from './bodies'
import { alarm, append, envelopeName, relayBeat, type GroupContext } from './context'
import { BeatWatch } from './beat_watch'
import { Echoes } from './echoes'
import { epochOutput } from './epoch_output'
import { HEALING_MS } from './healing'
import type { HostDecision } from './host_desk'
import { HostCounter, type OrderPayload } from './host_counter'
import { HEARTBEAT_MS, type Beat } from './heartbeat'
import type { Liveness } from './liveness'
import { rankOf } from './liveness'
import { Messages, type Via } from './messages'
import {
  applyCommit,
  epochOf,
  exportNextSecret,
  groupIdOf,
  inspectCommit,
  leaves,
  makeCommit,
  ownLeaf,
  withReceived,
  type MadeCommit,
  type MlsState,
  type ParsedKeyPackage,
} from './mls'
import type { Remembered } from './remembered'
import { makeRoster, verifyLeaf, type Roster } from './roster'
import { openCommitOrders, type OpenedOrder } from './standing'
import { commitRefusal } from './valid_commit'
import { admission, WaitingRoom, type Joiner } from './waiting'

const ACK_MS = 1_000
const RESEND_MS = 5_000

interface Pending {
  readonly made: MadeCommit
  readonly body: Bytes
  readonly epoch: number
  readonly joiners: readonly Joiner[]
  readonly orders: readonly Bytes[]
  sent_ms: number
}

export class LiveGroup {
  private readonly waiting = new WaitingRoom()
  private readonly messages = new Messages()
  private readonly echoes = new Echoes()
  private readonly counted = new Set<string>()
  private readonly watch: BeatWatch
  /** The host's orders, taken and given. */
  readonly counter: HostCounter
  private pending: Pending | null = null
  private nextBeat_ms = 0
  private lastCommit_ms = Number.NEGATIVE_INFINITY
  private unacknowledged: Set<number> | null = null
  private ackBy_ms = 0
  private isOver = false

  private constructor(
    private readonly context: GroupContext,
    private state: MlsState,
    private roster: Roster,
    private readonly liveness: Liveness,
    /** Key packages that were asked for in the log, by reference. */
    private readonly asked: Remembered,
  ) {
    this.watch = new BeatWatch(context)
    this.counter = new HostCounter(context, groupIdOf(state))
  }

  static async enter(
    context: GroupContext,
    state: MlsState,
    roster: Roster,
    liveness: Liveness,
    asked: Remembered,
    orders: readonly OpenedOrder[],
    now_ms: number,
  ): Promise<LiveGroup> {
    const group = new LiveGroup(context, state, roster, liveness, asked)
    group.counter.standing.adopt(orders)
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
    this.watch.restart(now_ms)
    if (this.pending) this.pending.sent_ms = now_ms
    this.nextBeat_ms = now_ms
  }

  // -- joining ------------------------------------------------------------------------------------------------------------

  /** `carried`: the admission that the host's own device brings along, or nothing. */
  async onJoin(parsed: ParsedKeyPackage, carried: Bytes, now_ms: number): Promise<void> {
    const credential = await verifyLeaf(parsed, this.groupId, this.context)
    if (credential === null) {
      alarm(this.context, 'integrity.credential')
      return
    }
    if (this.counted.has(b64u(credential.admissionMac))) return
    const asking = { device: b64u(credential.devicePublicKey), ref: b64u(parsed.ref) }
    const admission = await this.counter.admissionIn(carried, asking)
    this.waiting.add({ keyPackage: parsed.keyPackage, ref: parsed.ref, credential, admission, since_ms: now_ms, heard_ms: now_ms })
    await this.addWhoIsDue(now_ms)
    this.tellHost()
  }

  private rank(now_ms: number): number {
    const returning = this.waiting.devices()
    const stays = (leaf: number): boolean => !returning.has(b64u(this.roster.get(leaf)?.credential.devicePublicKey ?? new Uint8Array(0)))
    return rankOf(ownLeaf(this.state), [...this.roster.keys()], (leaf) => stays(leaf) && this.liveness.isActive(leaf, now_ms))
  }

  private async addWhoIsDue(now_ms: number): Promise<void> {
    const { counter } = this
    if (this.pending || counter.standing.isClosing) return
    // Only the host's device can let in who must be admitted, so its turn is now.
    const rank = counter.desk && counter.standing.mustBeAdmitted ? 0 : this.rank(now_ms)
    const due = this.waiting.due(rank, this.lastCommit_ms, now_ms)
    if (due.length === 0) return
    const { add, remove, refuse } = admission(due, this.roster, this.context.policy.policy, (joiner) => counter.wordFor(joiner), now_ms)
    for (const { joiner, code } of refuse) {
      this.waiting.remove(joiner.ref)
      const note = { v: 1, group_id: b64u(this.groupId), key_package_ref: b64u(joiner.ref), code }
      await append(this.context, 'refusal', 0, await signBlob('note', note, counter.desk?.office.key ?? this.context.device))
    }
    const others = remove.filter((leaf) => leaf !== ownLeaf(this.state))
    if (add.length > 0) await this.commit(add, others, now_ms, await counter.admissionsFor(add, this.roster, now_ms))
  }

  private async commit(add: readonly Joiner[], remove: readonly number[], now_ms: number, orders: readonly Bytes[] = []): Promise<void> {
    const made = await makeCommit(
      this.state,
      add.map((joiner) => joiner.keyPackage),
      remove,
      emitOrders(orders),
    )
    const body = await append(this.context, 'commit', this.epoch, made.commit)
    this.pending = { made, body, epoch: this.epoch, joiners: add, orders, sent_ms: now_ms }
    this.lastCommit_ms = now_ms
  }

  /** Raises Error when we are not the host. */
  async decide(decision: HostDecision, now_ms: number): Promise<void> {
    const order = await this.counter.decide(decision, this.epoch, now_ms)
    if (order !== null) await this.send({ type: decision.what === 'end' ? 'order_end' : 'order_mute', order: b64u(order) }, 'log')
    await this.obeyHost(now_ms)
    await this.addWhoIsDue(now_ms)
    this.tellHost()
  }

  /** The host's wishes that only a commit makes true. */
  async obeyHost(now_ms: number): Promise<void> {
    if (this.pending || this.counter.standing.isClosing) return
    const wish = await this.counter.wish(this.roster, ownLeaf(this.state), now_ms)
    if (wish !== null) await this.commit([], wish.remove, now_ms, wish.orders)
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
        return add === null || credential === null ? null : { credential, ref: b64u(add.ref), asked: this.asked.has(b64u(add.ref)) }
      }),
    )
    const opened = await openCommitOrders(inspected.authenticatedData, this.groupId, this.context.policy.hostPublicKey)
    const orders = opened?.map(({ order }) => order) ?? null
    const refusal = commitRefusal({ ...inspected, adds, orders }, this.roster, this.counted, this.counter.rules)
    if (refusal !== null) {
      alarm(this.context, 'integrity.commit', { leafIndex: inspected.senderLeaf, detail: refusal })
      return
    }
    if (inspected.removes.includes(ownLeaf(this.state))) {
      const own = b64u(this.context.device.publicKey)
      const elsewhere = adds.some((add) => add !== null && b64u(add.credential.devicePublicKey) === own)
      const isOrdered = orders?.some((order) => order.type === 'remove' && order.device === own) === true
      if (elsewhere) this.stop('local.opened-elsewhere', false)
      else if (!isOrdered && this.liveness.mayReturn(now_ms)) this.stop('unavailable.absent', true)
      else this.stop('denied.removed', false)
      return
    }
    const next = await applyCommit(this.state, plaintext).catch(() => null)
    if (next === null) {
      this.stop('unavailable.log-gap', true)
      return
    }
    this.liveness.hear(inspected.senderLeaf, now_ms)
    await this.adopt(next, opened ?? [], now_ms)
  }

  private async adoptOwn(pending: Pending, now_ms: number): Promise<void> {
    const opened = await openCommitOrders(emitOrders(pending.orders), this.groupId, this.context.policy.hostPublicKey)
    await this.adopt(withReceived(pending.made.next, this.state), opened ?? [], now_ms)
    const { welcome } = pending.made
    const { orders } = this.counter.standing
    if (welcome)
      for (const { ref } of pending.joiners) await append(this.context, 'welcome', this.epoch, emitWelcome({ keyPackageRef: ref, welcome, orders }))
  }

  private async adopt(next: MlsState, orders: readonly OpenedOrder[], now_ms: number): Promise<void> {
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
    this.counter.standing.adopt(orders)
    await this.beginEpoch(added, removed, now_ms, false)
    const devices = orders.flatMap(({ order }) => (order.type === 'remove' ? [order.device] : []))
    if (devices.length > 0) await this.moveOn(devices)
  }

  /** Whoever was removed knows S; so the others go on under one that it does not know. */
  private async moveOn(removed: readonly string[]): Promise<void> {
    const stay = [...this.roster.values()].map((entry) => b64u(entry.credential.devicePublicKey))
    this.context.emit({ type: 'moved', secret: await exportNextSecret(this.state), removed, stay })
  }

  private async beginEpoch(added: readonly number[], removed: readonly number[], now_ms: number, entering: boolean): Promise<void> {
    const others = [...this.roster.keys()].filter((leaf) => leaf !== ownLeaf(this.state))
    this.messages.beginEpoch(this.epoch)
    this.liveness.keep([...this.roster.keys()], added, now_ms)
    this.watch.keep(this.epoch, others, added, removed, now_ms)
    this.counter.keep(this.roster)
    this.waiting.settle(this.roster)
    this.lastCommit_ms = entering ? this.lastCommit_ms : now_ms
    this.context.emit(await epochOutput(this.state, this.roster, added, removed))
    this.unacknowledged = new Set(others)
    this.ackBy_ms = entering || removed.length > 0 ? now_ms : now_ms + ACK_MS
    this.switchKeyWhenReady(now_ms)
    await this.sendBeat(now_ms)
    this.tellHost()
    const isNewToSomeone = added.some((leaf) => leaf !== ownLeaf(this.state))
    if (this.counter.desk && isNewToSomeone) await this.send({ type: 'host', order: b64u(await this.counter.mark(now_ms)) }, 'log')
  }

  private tellHost(): void {
    this.context.emit(this.counter.view(this.waiting.all, this.roster))
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
      if (payload.type === 'host' || payload.type === 'order_mute' || payload.type === 'order_end')
        await this.onOrder(payload, opened.from, opened.epoch)
      else this.context.emit({ type: 'payload', from: opened.from, epoch: opened.epoch, via, payload })
    }
    if (opened.payloads.some((payload) => payload.type === 'bye')) await this.removeWhoIsDue(now_ms)
  }

  private async onOrder(payload: OrderPayload, from: number, saidIn: number): Promise<void> {
    const device = b64u(this.roster.get(from)?.credential.devicePublicKey ?? new Uint8Array(0))
    const said = await this.counter.take(payload, device, saidIn)
    if (said === 'forged') alarm(this.context, 'integrity.order', { leafIndex: from })
    else if (said === 'mute') this.context.emit({ type: 'muted' })
    else if (said === 'end') this.stop('denied.ended', false)
    else if (said === 'mark') this.tellHost()
  }

  // -- heartbeats ---------------------------------------------------------------------------------------------------------

  private async sendBeat(now_ms: number): Promise<void> {
    this.nextBeat_ms = now_ms + HEARTBEAT_MS
    const { groupId, epoch, state, messages } = this
    await relayBeat(this.context, await this.watch.ownBeat({ groupId, epoch, state, messages }))
  }

  /** A beat of this group, signature verified; `devicePublicKey` is who signed it. */
  onBeat(beat: Beat, devicePublicKey: Bytes, now_ms: number): void {
    const { groupId, epoch, state, messages } = this
    if (!this.watch.take(beat, devicePublicKey, { groupId, epoch, state, messages }, this.roster, now_ms)) return
    this.liveness.hear(beat.leaf, now_ms)
    this.acknowledge(beat.leaf, beat.epoch, now_ms)
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
    if (this.watch.raise(now_ms).isBehind) {
      this.stop('unavailable.log-gap', true)
      return
    }
    if (this.pending && now_ms - this.pending.sent_ms >= RESEND_MS) {
      this.pending.sent_ms = now_ms
      this.context.emit({ type: 'append', kind: 'commit', epoch: this.pending.epoch, body: this.pending.body })
    }
    await this.obeyHost(now_ms)
    await this.removeWhoIsDue(now_ms)
    await this.addWhoIsDue(now_ms)
    if (this.counter.standing.mustBeAdmitted && this.waiting.forgetSilent(now_ms)) this.tellHost()
    if (!this.pending && now_ms - this.lastCommit_ms >= HEALING_MS && Number.isFinite(this.lastCommit_ms) && this.rank(now_ms) === 0)
      await this.commit([], [], now_ms)
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
