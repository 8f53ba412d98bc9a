/**
 * One participation in one room, inside the worker: log, group, media keys and the events that the page sees of them.
 * Composition only; each part keeps its own rules.
 */
import { own, type Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import { Comparison } from '../group/comparison'
import { GroupEngine } from '../group/engine'
import type { Output } from '../group/output'
import type { Roster } from '../group/roster'
import { askCredentials, renewalAfter_ms, type Credentials } from '../signal/turn'
import { LogSocket } from '../signal/socket'
import { contexts } from '../sframe/kid'
import type { Keyring } from '../sframe/keyring'
import { allContacts, markCompared, meet, trustOf, unmarkCompared } from '../storage/contact_store'
import { forgetRoom } from '../storage/room_store'
import { loadTries, saveTries } from '../storage/tries_store'
import type { Payload } from '../wire/payloads'
import type { Legs } from './legs'
import type { Moved } from './move'
import type { OpenedRoom } from './room'
import type { Event, HostDecision, Media, Member as MemberView, OutgoingPayload, PinAnswer } from './rpc'
import { pinned } from './pin'
import { SfuLink } from './sfu_link'
import { timing } from './timing'

const TICK_MS = 250

export interface MemberOptions {
  readonly name: string
  readonly media: Media
  readonly codecs: readonly string[]
  /** Devices that the host need not be asked about again. */
  readonly welcome?: readonly string[]
}

export class Member {
  private readonly engine: GroupEngine
  /** Of emoji. */
  readonly comparison: Comparison
  private readonly socket: LogSocket
  /** The way to the SFU, in group rooms. */
  readonly sfu: SfuLink
  private readonly ticker: ReturnType<typeof setInterval>
  private renewal: ReturnType<typeof setTimeout> | undefined
  private media: Media
  private credentials: Credentials | null = null
  private needsHello = false
  private current: Extract<Output, { type: 'epoch' }> | null = null
  private isOver = false

  constructor(
    private readonly room: OpenedRoom,
    private readonly options: MemberOptions,
    private readonly keyring: Keyring,
    private readonly legs: Legs,
    private readonly tell: (event: Event) => void,
    private readonly now_ms: () => number,
    private readonly moveOn: (moved: Moved) => void,
  ) {
    this.media = options.media
    const context = {
      roomId: room.roomId,
      admit: room.keys.admit,
      keys: room.keys,
      device: room.device,
      policy: room.policy,
      displayName: options.name,
      ...(room.kept.host ? { host: { ...room.kept.host, welcome: options.welcome ?? [] } } : {}),
      media: { sent: () => keyring.sentCounters(), received: (kid: number) => keyring.receivedCounter(kid) },
      emit: (output: Output) => this.carryOut(output),
    }
    this.engine = new GroupEngine(context, (length) => crypto.getRandomValues(new Uint8Array(length)))
    this.comparison = this.newComparison()
    const url = `${room.origin.replace(/^http/, 'ws')}/api/signal`
    this.socket = new LogSocket(
      { url, roomId: room.roomName, grant: room.grant.grant, have: () => this.engine.have, timing },
      {
        joined: (joined) => {
          void this.engine.handleJoined(
            { head: joined.head, logStart: joined.log_start, othersHere: joined.participants.some((id) => id !== joined.participant_id) },
            this.now_ms(),
          )
          if (this.credentials === null) void this.renew()
        },
        entry: (entry) => void this.engine.handleEntry(entry, this.now_ms()),
        sfu: (message) => this.sfu.take(message),
        relay: (body) => void this.engine.handleRelay(body, this.now_ms()),
        state: (state) => {
          if (state === 'reconnecting') {
            this.sfu.lost()
            void this.engine.handleDisconnected()
          }
          this.tell({ type: 'server', state })
        },
        ended: (code) => this.end(code, code === 'denied.grant'),
      },
    )
    this.sfu = new SfuLink((message) => this.socket.ask(message), tell)
    this.ticker = setInterval(() => {
      void this.engine.handleTick(this.now_ms())
      void this.comparison.tick()
    }, TICK_MS)
    this.socket.open()
  }

  hear(leafIndex: number): void {
    this.engine.hear(leafIndex, this.now_ms())
  }

  /** Raises Error when we are not the host or in no group. */
  decide(decision: HostDecision): Promise<void> {
    return this.engine.host(decision, this.now_ms())
  }

  /** As it would be joined again. */
  get optionsNow(): MemberOptions {
    return { ...this.options, media: this.media }
  }

  hurry(): void {
    this.socket.hurry()
  }

  async send(payload: OutgoingPayload, via: 'log' | 'channel'): Promise<void> {
    if (payload.type === 'media_state') this.media = payload.media
    await this.engine.send(payload, via)
  }

  async channelMessage(bytes: Bytes): Promise<void> {
    await this.engine.handleChannelMessage(bytes, this.now_ms())
  }

  /** The person compared this code and found it equal: the devices of this roster are theirs. False when the code is of another epoch. */
  async compared(epochCode: string): Promise<boolean> {
    const current = this.current
    if (current?.epochCode !== epochCode) return false
    await this.markAll(current)
    return true
  }

  /** The code that another person's device showed: that one device is compared, when the code is of this call. */
  async pin(text: string): Promise<PinAnswer> {
    const found = pinned(text, this.current)
    if (found.result !== 'compared') return found
    const { devicePublicKey, displayName: name } = found.credential
    await markCompared(this.room.database, devicePublicKey, name, this.now_ms() / 1_000)
    await this.retellGroup()
    return { result: 'compared', name }
  }

  async leave(): Promise<void> {
    await this.engine.leave()
    await forgetRoom(this.room.database, this.room.roomName)
    this.stop(true)
  }

  /** Stops without a word: the page goes away, or another tab took over. */
  stop(bye: boolean): void {
    this.isOver = true
    clearInterval(this.ticker)
    clearTimeout(this.renewal)
    this.socket.close(bye)
    this.keyring.clear()
  }

  private end(code: string, again: boolean): void {
    if (this.isOver) return
    this.stop(false)
    this.tell({ type: 'stopped', code, again })
  }

  // -- what the engine wants ----------------------------------------------------------------------------------------------

  private carryOut(output: Output): void {
    this.comparison.hear(output)
    switch (output.type) {
      case 'append':
        this.socket.append(output.kind, output.epoch, output.body)
        return
      case 'relay':
        this.socket.relay(output.body)
        return
      case 'channel':
        this.tell({ type: 'channel-out', bytes: output.message.buffer })
        return
      case 'epoch':
        void this.beginEpoch(output)
        return
      case 'send-under':
        void this.sendUnder(output.epoch, output.ownLeaf)
        return
      case 'payload':
        this.takePayload(output.from, output.via, output.payload)
        return
      case 'echo':
        return
      case 'alarm':
      case 'waiting':
      case 'muted':
        this.tell(output)
        return
      case 'host':
        void this.tellHost(output)
        return
      case 'moved':
        this.moveOn({ ...output, participants: [...this.participants.values()] })
        return
      case 'stopped':
        if (output.again) {
          this.tell({ type: 'stopped', code: output.code, again: true })
          this.socket.restart()
        } else this.end(output.code, false)
    }
  }

  /** By leaf, as they said themselves. */
  private readonly participants = new Map<number, string>()

  private async tellHost({ hosts, isLocked, waiting }: Extract<Output, { type: 'host' }>): Promise<void> {
    const contacts = waiting.length === 0 ? [] : await allContacts(this.room.database)
    const people = waiting.map(({ deviceKey, name }) => ({ deviceKey: b64u(deviceKey), name, trust: trustOf(contacts, deviceKey, name) }))
    this.tell({ type: 'host', hosts, locked: isLocked, waiting: people })
  }

  private takePayload(from: number, via: 'log' | 'channel', payload: Payload): void {
    const isDescription = payload.type === 'leg_offer' || payload.type === 'leg_answer'
    if (isDescription && !this.legs.describe(payload.leg_id, payload.sdp)) {
      this.tell({ type: 'alarm', code: 'integrity.fingerprint', standing: true, leafIndex: from })
      return
    }
    if (payload.type === 'hello') this.participants.set(from, payload.participant_id)
    // The page learns who somebody is before it learns what they said.
    void this.groupTold.then(() => this.tell({ type: 'payload', from, via, payload }))
  }

  /** Keys are added one epoch after the other, and sending moves only after its epoch is there. */
  private keysReady: Promise<void> = Promise.resolve()
  private groupTold: Promise<void> = Promise.resolve()

  private async beginEpoch(output: Extract<Output, { type: 'epoch' }>): Promise<void> {
    this.current = output
    for (const leaf of output.removed) this.participants.delete(leaf)
    this.keysReady = this.keysReady.then(() =>
      this.keyring.addEpoch(output.epoch, own(output.mediaSecret), this.room.keys.psk, this.now_ms(), output.removed),
    )
    if (output.added.some((leaf) => leaf !== output.ownLeaf)) this.needsHello = true
    this.groupTold = this.groupTold.then(() => this.tellGroup(output))
    await Promise.all([this.keysReady, this.groupTold])
    this.helloWhenReady()
  }

  private async sendUnder(epoch: number, ownLeaf: number): Promise<void> {
    await this.keysReady
    this.keyring.sendUnder(epoch, ownLeaf)
    for (const context of [contexts.camera, contexts.screen]) this.tell({ type: 'key-frame-wanted', context })
  }

  private async tellGroup(output: Extract<Output, { type: 'epoch' }>): Promise<void> {
    const members = await this.view(output.roster, output.ownLeaf)
    if (this.current === output) this.tell({ type: 'group', epoch: output.epoch, epochCode: output.epochCode, ownLeaf: output.ownLeaf, members })
  }

  /** Who is compared has changed. */
  private async retellGroup(): Promise<void> {
    if (this.current !== null) await this.tellGroup(this.current)
  }

  private async view(roster: Roster, ownLeaf: number): Promise<MemberView[]> {
    const contacts = await allContacts(this.room.database)
    return Promise.all(
      [...roster.values()].map(async ({ leafIndex, credential }): Promise<MemberView> => {
        const self = leafIndex === ownLeaf
        const trust = self ? 'self' : trustOf(contacts, credential.devicePublicKey, credential.displayName)
        if (!self) await meet(this.room.database, credential.devicePublicKey, credential.displayName, this.now_ms() / 1_000)
        return { leafIndex, name: credential.displayName, deviceKey: b64u(credential.devicePublicKey), self, trust, silent_s: 0 }
      }),
    )
  }

  // -- comparing ----------------------------------------------------------------------------------------------------------

  private newComparison(): Comparison {
    const { database } = this.room
    return new Comparison({
      send: (payload, epoch) => this.engine.send(payload, 'log', epoch),
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      now_ms: this.now_ms,
      tries: { load: () => loadTries(database), save: (tries) => saveTries(database, tries) },
      show: (view) => this.tell({ type: 'comparison', view }),
      alarm: (code, leafIndex) => this.tell({ type: 'alarm', code, leafIndex, standing: false }),
      mark: (epoch) => this.markAll(epoch),
      unmark: async (devices) => {
        for (const device of devices) await unmarkCompared(database, device)
        await this.retellGroup()
      },
    })
  }

  /** The devices that were not compared before. */
  private async markAll(epoch: Extract<Output, { type: 'epoch' }>): Promise<readonly Bytes[]> {
    const contacts = await allContacts(this.room.database)
    const marked: Bytes[] = []
    for (const { leafIndex, credential } of epoch.roster.values()) {
      const { devicePublicKey, displayName } = credential
      if (leafIndex === epoch.ownLeaf || trustOf(contacts, devicePublicKey, displayName) === 'compared') continue
      await markCompared(this.room.database, devicePublicKey, displayName, this.now_ms() / 1_000)
      marked.push(devicePublicKey)
    }
    await this.retellGroup()
    return marked
  }

  // -- hello and relay ----------------------------------------------------------------------------------------------------

  /** Newcomers learn who we are once we know whether we have a relay. */
  private helloWhenReady(): void {
    if (!this.needsHello || this.credentials === null || !this.engine.isLive) return
    this.needsHello = false
    const capabilities = { codecs: [...this.options.codecs], features: [] }
    const hello: OutgoingPayload = {
      type: 'hello',
      participant_id: this.room.grant.participantId,
      capabilities,
      relay: this.credentials.iceServers.length > 0,
      media: this.media,
    }
    void this.engine.send(hello, 'log').catch(() => {
      this.needsHello = true
    })
  }

  private async renew(): Promise<void> {
    clearTimeout(this.renewal)
    const fresh = await askCredentials(this.room.origin, this.room.grant.grant).catch(() => null)
    if (this.isOver) return
    if (fresh !== null) {
      this.credentials = fresh
      this.tell({ type: 'ice', iceServers: fresh.iceServers, ttl_s: fresh.ttl_s })
      this.helloWhenReady()
    }
    this.renewal = setTimeout(() => void this.renew(), renewalAfter_ms(fresh))
  }
}
