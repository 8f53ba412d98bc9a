/**
 * From a connected log to a live group: reads the log, founds a group or asks to join one, and then lets LiveGroup live (spec/5-group.md).
 *
 *   idle ──joined──▶ reading ──▶ founding ──own genesis first──▶ live
 *                       │            └──another was first──▶ asking
 *                       └──somebody is there──▶ asking ──Welcome──▶ live      asking ──4 s, nobody answers──▶ founding (refused: over)
 *
 * Where the host lets people in, its device alone founds: others wait `outside` for a genesis of the host, and ask for as long as they like.
 *
 * Sans-IO: `now_ms` is a parameter, outputs go to `emit`. Calls are queued, so that one is done before the next begins.
 */
import { equal, type Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import { kinds, openEnvelope, type Kind } from '../crypto/envelope'
import { openBlob } from '../crypto/signed_blob'
import type { OutgoingPayload } from '../worker/rpc'
import { emitGenesis, emitJoin, parseGenesis, parseJoin, parseWelcome } from './bodies'
import { isGuest, makeOwn, RENEW_MS, type Own } from './asking'
import { alarm, append, envelopeName, type GroupContext } from './context'
import { isOfGroup } from './beats'
import { ordersOfGenesis } from './genuine'
import { parseBeat } from './heartbeat'
import type { HostDecision } from './host_desk'
import { Liveness } from './liveness'
import { LiveGroup } from './live_group'
import { claimedGroup, create, emitKeyPackage, join, leaves, parseKeyPackage, type MlsState } from './mls'
import { makeRoster, type Roster } from './roster'
import type { Via } from './messages'
import { isWon } from './founding'
import { refusalFor } from './refusal'
import { Remembered } from './remembered'
import { SeenEntries } from './seen_entries'
import { openAll, type OpenedOrder } from './standing'
import { welcomeRoster } from './valid_welcome'
import { REPEAT_MS } from './waiting'

export interface LogEntry {
  readonly seq: number
  readonly kind: string
  readonly epoch: number
  readonly body: Bytes
}

const ANSWER_MS = 4_000
const GENESES_MAX = 4_096
const BUFFERED_MAX = 4_096

type Phase =
  | { readonly name: 'idle' | 'outside' | 'over' }
  | { readonly name: 'reading'; readonly head: number; readonly othersHere: boolean }
  | { readonly name: 'founding'; readonly groupId: Bytes; readonly envelope: string; readonly own: Own }
  | {
      readonly name: 'asking'
      readonly groupId: Bytes
      readonly own: Own
      readonly made_ms: number
      readonly since_ms: number
      readonly isRace: boolean
      readonly refused: string | null
    }
  | { readonly name: 'live'; readonly group: LiveGroup }

type Asking = Extract<Phase, { name: 'asking' }>

export class GroupEngine {
  private phase: Phase = { name: 'idle' }
  private queue: Promise<void> = Promise.resolve()
  private lastSeq: number | null = null
  private readonly liveness = new Liveness()
  private readonly entries = new SeenEntries()
  private readonly asked = new Remembered()
  /** Verified geneses by group, with their place in the log. */
  private readonly geneses = new Map<string, { readonly seq: number; readonly groupId: Bytes }>()
  private readonly unanswered = new Set<string>()
  private readonly buffered: Array<{ readonly kind: Kind; readonly epoch: number; readonly plaintext: Bytes; readonly name: string }> = []

  constructor(
    private readonly context: GroupContext,
    private readonly random: (length: number) => Bytes,
  ) {}

  /** The last seq that was taken, for `have`; null before any and after a group was lost. */
  get have(): number | null {
    return this.lastSeq
  }
  get isLive(): boolean {
    return this.phase.name === 'live'
  }

  handleJoined(log: { readonly head: number; readonly logStart: number; readonly othersHere: boolean }, now_ms: number): Promise<void> {
    return this.next(async () => {
      this.liveness.socketUp(now_ms)
      if (this.phase.name === 'live') {
        if (this.lastSeq !== null && log.logStart > this.lastSeq + 1) this.lose('unavailable.log-gap')
        else this.phase.group.resumed(now_ms)
        return
      }
      if (this.phase.name === 'over' || this.phase.name === 'outside') return
      if (this.lastSeq !== null && log.logStart > this.lastSeq + 1) this.lastSeq = log.logStart - 1
      if (this.phase.name === 'asking') {
        this.phase = { ...this.phase, since_ms: isGuest(this.context) ? now_ms - REPEAT_MS : now_ms }
        return
      }
      this.phase = { name: 'reading', head: log.head, othersHere: log.othersHere }
      await this.decideWhenRead(now_ms)
    })
  }

  handleDisconnected(): Promise<void> {
    return this.next(async () => this.liveness.socketDown())
  }

  handleEntry(entry: LogEntry, now_ms: number): Promise<void> {
    return this.next(async () => {
      if (this.lastSeq !== null && entry.seq <= this.lastSeq) return
      const isGap = this.lastSeq !== null && entry.seq > this.lastSeq + 1
      this.lastSeq = entry.seq
      if (isGap && this.phase.name === 'live') {
        this.lose('unavailable.log-gap')
        return
      }
      await this.take(entry, now_ms)
      await this.decideWhenRead(now_ms)
    })
  }

  handleRelay(body: Bytes, now_ms: number): Promise<void> {
    return this.next(async () => {
      const opened = await openEnvelope(this.context.keys.heartbeat, this.context.roomId, 'heartbeat', 0, body)
      const blob = opened === null ? null : await openBlob('heartbeat', opened)
      const beat = blob === null ? null : parseBeat(blob.value)
      if (blob === null || beat === null || this.phase.name !== 'live') return
      if (isOfGroup(beat, this.phase.group.groupId)) this.phase.group.onBeat(beat, blob.devicePublicKey, now_ms)
      else await this.meetOtherGroup(beat.groupId, now_ms)
    })
  }

  handleTick(now_ms: number): Promise<void> {
    return this.next(async () => {
      if (this.phase.name === 'live') await this.phase.group.tick(now_ms)
      else if (this.phase.name === 'asking' && this.liveness.isUp) await this.keepAsking(this.phase, now_ms)
      this.noteEnd()
    })
  }

  /** A member of `leaf` gave another sign of life: a media frame that opened. */
  hear(leaf: number, now_ms: number): void {
    if (this.phase.name === 'live') this.phase.group.hear(leaf, now_ms)
  }

  /** Raises Error when there is no group, or no more the epoch that it was meant for, RangeError when the payload is too long. */
  send(payload: OutgoingPayload, via: Via, epoch?: number): Promise<void> {
    return this.next(async () => {
      if (this.phase.name !== 'live' || (epoch !== undefined && this.phase.group.epoch !== epoch)) throw new Error('no such group')
      await this.phase.group.send(payload, via)
    })
  }

  /** A decision of the host, on its own device. Raises Error when there is no group or we are not the host. */
  host(decision: HostDecision, now_ms: number): Promise<void> {
    return this.next(async () => {
      if (this.phase.name !== 'live') throw new Error('no group')
      await this.phase.group.decide(decision, now_ms)
      this.noteEnd()
    })
  }

  handleChannelMessage(message: Bytes, now_ms: number): Promise<void> {
    return this.next(async () => {
      if (this.phase.name === 'live' && message.length <= 65_536) await this.phase.group.onApplication(message, 'channel', now_ms)
    })
  }

  /** Says goodbye, when there is anybody to say it to. */
  async leave(): Promise<void> {
    await this.send({ type: 'bye' }, 'log').catch(() => undefined)
    await this.next(async () => {
      this.phase = { name: 'over' }
    })
  }

  // -- the log ------------------------------------------------------------------------------------------------------------

  private async take(entry: LogEntry, now_ms: number): Promise<void> {
    if (!(entry.kind in kinds) || entry.kind === 'policy' || entry.kind === 'heartbeat') return
    const kind = entry.kind as Kind
    const plaintext = await openEnvelope(this.context.keys.envelope, this.context.roomId, kind, entry.epoch, entry.body)
    if (plaintext === null) {
      alarm(this.context, 'integrity.envelope')
      return
    }
    const name = envelopeName(entry.body)
    if (!this.entries.take(name)) {
      if (this.phase.name === 'live' && !this.isOwn.has(name)) alarm(this.context, 'integrity.replay')
      return
    }
    if (kind === 'genesis') await this.onGenesis(plaintext, entry.seq, name, now_ms)
    else if (kind === 'join') await this.onJoin(plaintext, now_ms)
    else if (kind === 'welcome') await this.onWelcome(plaintext, now_ms)
    else if (kind === 'refusal') await this.onRefusal(plaintext)
    else await this.onGroupMessage(kind, entry.epoch, plaintext, name, now_ms)
    this.noteEnd()
  }

  private async onGenesis(plaintext: Bytes, seq: number, name: string, now_ms: number): Promise<void> {
    const genesis = parseGenesis(plaintext)
    const orders = genesis === null ? null : await ordersOfGenesis(genesis, this.context)
    if (genesis === null || orders === null) {
      alarm(this.context, 'integrity.credential')
      return
    }
    if (this.geneses.size < GENESES_MAX) this.geneses.set(b64u(genesis.groupId), { seq, groupId: genesis.groupId })
    if (this.phase.name === 'founding') {
      if (isWon(name, this.phase.envelope)) await this.enterOwn(this.phase.groupId, this.phase.own, orders, now_ms)
      else await this.ask(genesis.groupId, now_ms, true)
    } else if (this.phase.name === 'outside') await this.ask(genesis.groupId, now_ms)
    else if (this.phase.name === 'asking' && (!this.phase.isRace || isGuest(this.context))) await this.ask(genesis.groupId, now_ms, true)
  }

  private async onJoin(plaintext: Bytes, now_ms: number): Promise<void> {
    const body = parseJoin(plaintext)
    const parsed = body === null ? null : await parseKeyPackage(body.keyPackage)
    if (body === null || parsed === null) {
      alarm(this.context, 'integrity.credential')
      return
    }
    this.asked.add(b64u(parsed.ref))
    if (this.phase.name !== 'live') return
    // A request to join another group than ours: of a newcomer that found another genesis; it is no attack.
    if (!equal(parsed.identity.slice(17, 49), this.phase.group.groupId)) return
    await this.phase.group.onJoin(parsed, body.admission, now_ms)
  }

  private async onGroupMessage(kind: Kind, epoch: number, plaintext: Bytes, name: string, now_ms: number): Promise<void> {
    if (this.phase.name === 'asking') {
      if (this.buffered.length < BUFFERED_MAX) this.buffered.push({ kind, epoch, plaintext, name })
      return
    }
    if (this.phase.name !== 'live') return
    const group = claimedGroup(plaintext)
    if (group !== null && !equal(group, this.phase.group.groupId)) return
    if (kind === 'commit') await this.phase.group.onCommit(plaintext, epoch, name, now_ms)
    else if (this.isOwn.has(name)) this.phase.group.onEcho(name)
    else await this.phase.group.onApplication(plaintext, 'log', now_ms)
  }

  private async onRefusal(plaintext: Bytes): Promise<void> {
    if (this.phase.name !== 'asking') return
    const { ref } = this.phase.own.keyPackage
    const refused = refusalFor(await openBlob('note', plaintext), ref, this.context.policy.hostPublicKey, isGuest(this.context))
    if (refused !== null && this.phase.name === 'asking') this.phase = { ...this.phase, refused }
  }

  private async keepAsking(asking: Asking, now_ms: number): Promise<void> {
    const waited_ms = now_ms - asking.since_ms
    if (!isGuest(this.context)) {
      if (waited_ms >= ANSWER_MS) await this.giveUpAsking(asking, now_ms)
    } else if (asking.refused !== null) this.refuse(asking.refused)
    else if (now_ms - asking.made_ms >= RENEW_MS) await this.ask(asking.groupId, now_ms, asking.isRace)
    else if (waited_ms >= REPEAT_MS) {
      this.phase = { ...asking, since_ms: now_ms }
      await this.say(asking.own)
    }
  }

  /** Nobody added us. A refusal is anybody's word who has S: it tells why, and decides nothing. */
  private async giveUpAsking(asking: Asking, now_ms: number): Promise<void> {
    if (asking.refused !== null) {
      this.refuse(asking.refused)
      return
    }
    this.unanswered.add(b64u(asking.groupId))
    await this.found(now_ms)
  }

  private refuse(code: string): void {
    this.phase = { name: 'over' }
    this.context.emit({ type: 'stopped', code, again: false })
  }

  // -- founding and asking ------------------------------------------------------------------------------------------------

  private async decideWhenRead(now_ms: number): Promise<void> {
    if (this.phase.name !== 'reading' || (this.lastSeq ?? 0) < this.phase.head) return
    this.lastSeq ??= this.phase.head
    const newest = [...this.geneses.values()].filter((genesis) => !this.unanswered.has(b64u(genesis.groupId))).sort((a, b) => b.seq - a.seq)[0]
    if ((this.phase.othersHere || isGuest(this.context)) && newest) await this.ask(newest.groupId, now_ms)
    else if (isGuest(this.context)) {
      this.phase = { name: 'outside' }
      this.context.emit({ type: 'waiting' })
    } else await this.found(now_ms)
  }

  private async found(now_ms: number): Promise<void> {
    const groupId = this.random(32)
    const own = await makeOwn(this.context, groupId, now_ms)
    const { credential, admission } = own
    const body = await append(this.context, 'genesis', 0, emitGenesis({ groupId, policyHash: this.context.policy.hash, credential, admission }))
    this.phase = { name: 'founding', groupId, envelope: envelopeName(body), own }
  }

  /** `isRace`: several found at once, and the first genesis won; the others, our own among them, come later in the log and are nobody's group. */
  private async ask(groupId: Bytes, now_ms: number, isRace = false): Promise<void> {
    const own = await makeOwn(this.context, groupId, now_ms)
    this.buffered.length = 0
    this.phase = { name: 'asking', groupId, own, made_ms: now_ms, since_ms: now_ms, isRace, refused: null }
    await this.say(own)
    if (isGuest(this.context)) this.context.emit({ type: 'waiting' })
  }

  private async say({ keyPackage, admission }: Own): Promise<void> {
    await append(this.context, 'join', 0, emitJoin(emitKeyPackage(keyPackage.publicPackage), admission))
  }

  private async enterOwn(groupId: Bytes, { keyPackage }: Own, orders: readonly OpenedOrder[], now_ms: number): Promise<void> {
    const state = await create(groupId, keyPackage, this.context.policy.hash)
    const roster = await makeRoster(leaves(state), groupId, this.context)
    if (roster === null) throw new Error('own credential does not verify')
    await this.enter(state, roster, orders, now_ms)
  }

  private async onWelcome(plaintext: Bytes, now_ms: number): Promise<void> {
    if (this.phase.name !== 'asking') return
    const { groupId, own } = this.phase
    const { keyPackage } = own
    const body = parseWelcome(plaintext)
    if (body === null || !equal(body.keyPackageRef, keyPackage.ref)) return
    const state = await join(body.welcome, keyPackage).catch(() => null)
    const orders = await openAll(body.orders, groupId, this.context.policy.hostPublicKey)
    const roster = state === null ? null : await welcomeRoster(state, groupId, keyPackage, this.context, orders)
    if (state === null || roster === null) {
      alarm(this.context, 'integrity.welcome')
      return
    }
    const missed = this.buffered.splice(0)
    await this.enter(state, roster, orders ?? [], now_ms)
    for (const { kind, epoch, plaintext: message, name } of missed) await this.onGroupMessageSince(kind, epoch, message, name, now_ms)
  }

  /** What stood in the log between our `join` and the Welcome: older epochs are not ours. */
  private async onGroupMessageSince(kind: Kind, epoch: number, plaintext: Bytes, name: string, now_ms: number): Promise<void> {
    if (this.phase.name === 'live' && epoch >= this.phase.group.epoch) await this.onGroupMessage(kind, epoch, plaintext, name, now_ms)
  }

  private async enter(state: MlsState, roster: Roster, orders: readonly OpenedOrder[], now_ms: number): Promise<void> {
    const group = await LiveGroup.enter(this.watchOwn(), state, roster, this.liveness, this.asked, orders, now_ms)
    this.phase = { name: 'live', group }
  }

  /** A heartbeat of a group that is not ours: when we are alone and it is the older one, we are the ones who go there. */
  private async meetOtherGroup(groupId: string, now_ms: number): Promise<void> {
    if (this.phase.name !== 'live' || this.phase.group.size > 1) return
    const ours = this.geneses.get(b64u(this.phase.group.groupId))
    const theirs = this.geneses.get(groupId)
    if (ours && theirs && theirs.seq < ours.seq) await this.ask(theirs.groupId, now_ms)
  }

  /** Names of the envelopes that we sealed ourselves, so that their echo is known. */
  private readonly isOwn = new Remembered()
  private watchOwn(): GroupContext {
    const emit: GroupContext['emit'] = (output) => {
      if (output.type === 'append') this.isOwn.add(envelopeName(output.body))
      this.context.emit(output)
    }
    return { ...this.context, emit }
  }

  // -- ends ---------------------------------------------------------------------------------------------------------------

  private noteEnd(): void {
    if (this.phase.name === 'live' && this.phase.group.over) this.reset()
  }

  private lose(code: string): void {
    this.reset()
    this.context.emit({ type: 'stopped', code, again: true })
  }

  /** Forgets the group; the log is read anew from where it is held. */
  private reset(): void {
    this.phase = { name: 'idle' }
    this.lastSeq = null
    this.entries.clear()
    this.geneses.clear()
    this.buffered.length = 0
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work)
    this.queue = done.then(
      () => undefined,
      () => undefined,
    )
    return done
  }
}
