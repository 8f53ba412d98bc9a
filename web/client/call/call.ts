/**
 * A call as the interface sees it: one snapshot after the other. Composition of worker, devices, the media path and the judgement of what was read.
 */
import type { Call as CallApi, CallSnapshot, CodeCheck, DeviceKind, HostDecision, Phase, ReactionName } from '../api'
import { b64u } from '../bytes/text'
import { thisDevice } from '../leg/this_device'
import { ownCodecs } from '../leg/video_codec'
import { problem, problemOf, type Problem } from '../problem'
import type { Event } from '../worker/rpc'
import { takeAddress, type Address } from './address_bar'
import { Parts } from './parts'
import { takePayload } from './payload_desk'
import { callSnapshot } from './snapshot'
import { SnapshotFeed } from './snapshot_feed'
import { requireSupport } from './support'
import { WorkerLink } from './worker_link'

const READ_MS = 1_000

export class Call implements CallApi {
  private readonly feed = new SnapshotFeed(() => this.compose())
  private readonly parts = new Parts({ read: () => void this.read(), draw: () => this.draw() })
  private address: Address = { roomId: '', invite: null, fullLink: undefined, hostPart: undefined }
  private name = ''
  private phase: Phase = 'opening'
  private problem: Problem | undefined
  private server: CallSnapshot['server'] = 'connecting'
  private frames = { sent: 0, opened: 0, refused: 0 }
  private reader: ReturnType<typeof setInterval> | undefined

  constructor(location: Location) {
    try {
      this.address = takeAddress(location)
      requireSupport()
      void this.start()
    } catch (error) {
      this.refuse(problemOf(error))
    }
    addEventListener('online', () => this.parts.link?.tell({ type: 'online' }))
    addEventListener('pagehide', () => this.parts.own.closeAll())
  }

  get snapshot(): CallSnapshot {
    return this.feed.current
  }

  subscribe(listener: (snapshot: CallSnapshot) => void): () => void {
    return this.feed.subscribe(listener)
  }

  microphoneLevel(): number {
    return this.parts.own.devices.level()
  }

  setName(name: string): void {
    this.name = name
    this.draw()
  }

  async setDevice(kind: DeviceKind, wanted: boolean): Promise<void> {
    await this.parts.own.devices.set(kind, wanted)
    this.parts.own.announceNews()
  }
  async chooseDevice(kind: DeviceKind, id: string): Promise<void> {
    await this.parts.own.devices.choose(kind, id)
    this.parts.own.announceNews()
  }
  async retryDevice(kind: DeviceKind): Promise<void> {
    await this.parts.own.devices.retry(kind)
    this.parts.own.announceNews()
  }
  async shareScreen(wanted: boolean): Promise<void> {
    if (wanted) await this.parts.own.screen.share()
    else this.parts.own.screen.stop()
  }

  showing(leafIndex: number, kind: 'camera' | 'screen', heightPx: number): void {
    this.parts.path.showing(leafIndex, kind, heightPx)
  }

  async join(): Promise<void> {
    if (this.phase !== 'device-check' || this.name.trim() === '') return
    this.phase = 'joining'
    this.draw()
    try {
      await this.askJoin()
    } catch (error) {
      this.refuse(problemOf(error))
    }
  }

  async leave(): Promise<void> {
    const { link } = this.parts
    this.problem = undefined
    this.phase = 'ended'
    this.shutDown()
    await link?.ask({ type: 'leave' }).catch(() => undefined)
    link?.close()
    this.draw()
  }

  async rejoin(): Promise<void> {
    this.shutDown()
    this.parts.renew()
    this.problem = undefined
    this.phase = 'opening'
    this.draw()
    await this.start()
  }

  async sendChat(text: string): Promise<void> {
    const payload = this.parts.chat.compose(text, Date.now())
    const { group } = this.parts.company
    if (payload === null || group === null) return
    this.parts.chat.wrote(payload, group.ownLeaf, this.name)
    this.draw()
    const via = this.parts.path.channelIsOpen ? 'channel' : 'log'
    if (via === 'channel') this.parts.chat.wentByChannel(payload, Date.now())
    const ok = await this.parts.send(payload, via)
    this.parts.chat.mark(payload.message_id, ok ? 'sent' : 'failed')
    this.draw()
  }

  async raiseHand(up: boolean): Promise<void> {
    await this.parts.presence.gestures.raise(up)
  }
  async react(name: ReactionName): Promise<void> {
    await this.parts.presence.gestures.react(name)
  }
  async setOnlySound(wanted: boolean): Promise<void> {
    const { pictures } = this.parts.presence
    pictures.choose(wanted)
    this.parts.path.setPictures(pictures.wanted)
    if (wanted) await this.setDevice('camera', false)
    this.draw()
  }

  async answerDirect(accept: boolean): Promise<void> {
    this.parts.company.consent.answer(accept)
    await this.parts.send({ type: 'direct_consent', accept }, 'log')
    this.parts.meet()
    this.draw()
  }

  async compared(match: boolean, epochCode: string): Promise<void> {
    if (!match) {
      this.parts.alarm('integrity.codes-differ', true)
      return
    }
    await this.parts.link?.ask({ type: 'compared', match, epochCode }).catch(() => false)
  }

  compareEmoji(): Promise<void> {
    return this.parts.comparing.start()
  }
  emojiCompared(match: boolean, runId: string): Promise<void> {
    return this.parts.comparing.say(match, runId)
  }
  checkCode(text: string): Promise<CodeCheck> {
    return this.parts.comparing.check(text)
  }

  async decide(decision: HostDecision): Promise<void> {
    const asked = this.parts.link?.ask({ type: 'host', decision }).catch(() => undefined)
    await asked
    if (decision.what === 'end') await this.leave()
  }

  private async start(): Promise<void> {
    const link = new WorkerLink(
      (event) => this.hear(event),
      () => void this.workerLost(),
    )
    this.parts.link = link
    const { invite, ...address } = this.address
    this.address = { ...address, invite: null }
    const room = { type: 'start', origin: location.origin, roomId: address.roomId } as const
    try {
      if (invite) {
        const secret = invite.secret.buffer
        const hostSeed = invite.hostSeed?.buffer
        const known = { hostKeyHash: b64u(invite.hostKeyHash), secret, ...(hostSeed ? { hostSeed } : {}) }
        await link.ask({ ...room, ...known }, hostSeed ? [secret, hostSeed] : [secret])
      } else await link.ask(room)
    } catch (error) {
      this.refuse(problemOf(error))
    }
  }

  private async askJoin(): Promise<void> {
    const { company, link, own } = this.parts
    company.ownCodecs = ownCodecs(thisDevice())
    await link?.ask({ type: 'join', name: this.name, media: own.media, codecs: company.ownCodecs })
    clearInterval(this.reader)
    this.reader = setInterval(() => void this.read(), READ_MS)
    this.parts.presence.hearing.start()
  }

  /** A new worker is a new leaf: it opens the kept key and joins again. */
  private async workerLost(): Promise<void> {
    if (!this.isOnTheWay) return
    this.parts.notices.show('local.worker-lost', Date.now())
    this.parts.dropGroup()
    await this.start()
    if (this.isOnTheWay) await this.askJoin().catch((error: unknown) => this.refuse(problemOf(error)))
  }

  private get isOnTheWay(): boolean {
    return this.phase === 'joining' || this.phase === 'waiting' || this.phase === 'in-call'
  }

  private refuse(why: Problem): void {
    this.phase = this.phase === 'in-call' ? 'ended' : 'refused'
    this.problem = why
    this.shutDown()
    this.draw()
  }

  private shutDown(): void {
    clearInterval(this.reader)
    this.parts.stop()
  }

  private hear(event: Exclude<Event, { type: 'answer' }>): void {
    switch (event.type) {
      case 'started':
        this.parts.takePolicy(event.policy)
        this.parts.host.isHost = event.isHost
        if (this.phase !== 'opening') break
        this.phase = 'device-check'
        this.parts.path.ready()
        break
      case 'server':
        if (event.state === 'connected') {
          if (this.server === 'reconnecting') this.parts.path.serverBack()
          else this.parts.path.reached()
        }
        this.server = event.state
        this.parts.notices.set('unavailable.server', event.state === 'reconnecting')
        break
      case 'ice':
        this.parts.takeServers(event.iceServers)
        break
      case 'group':
        this.phase = 'in-call'
        this.parts.takeGroup(event)
        void this.read()
        break
      case 'comparison':
        this.parts.comparing.take(event.view)
        break
      case 'waiting':
      case 'host':
      case 'muted':
      case 'link':
        this.hearOfHost(event)
        break
      case 'payload':
        takePayload(this.parts.desk, event.from, event.payload)
        break
      case 'channel-out':
        if (!this.parts.path.sendMessage(event.bytes)) this.parts.resendDoubtful()
        return
      case 'alarm':
        this.parts.alarm(event.code, event.standing)
        break
      case 'frames':
        this.frames = { sent: event.sent, opened: event.opened, refused: event.refused }
        break
      case 'key-frame-wanted':
        this.parts.path.askKeyFrame(event.context)
        return
      case 'slot-open':
      case 'sfu-ended':
        this.parts.path.hearOfSlots(event)
        return
      case 'stopped':
        this.stopped(event.code, event.again)
        break
    }
    this.draw()
  }

  private hearOfHost(event: Extract<Event, { type: 'waiting' | 'host' | 'muted' | 'link' }>): void {
    const { host } = this.parts
    if (event.type === 'host') host.take(event)
    else if (event.type === 'muted') this.muteAsAsked()
    else if (event.type === 'waiting') this.phase = this.phase === 'joining' ? 'waiting' : this.phase
    else {
      this.address = { ...this.address, fullLink: event.link }
      host.relinked(event.link, this.address.hostPart)
    }
  }

  /** At once, and never the other way: only the person turns it on again. */
  private muteAsAsked(): void {
    if (!this.parts.own.media.microphone) return
    this.parts.notices.show('local.asked-to-mute', Date.now())
    void this.setDevice('microphone', false)
  }

  private stopped(code: string, again: boolean): void {
    if (code === 'denied.grant' && again) {
      void this.workerLost()
      return
    }
    this.parts.path.drop()
    this.parts.company.forgetHellos()
    if (again) this.parts.notices.show(code, Date.now())
    else this.refuse(problem(code))
  }

  private async read(): Promise<void> {
    await this.parts.judgement.read()
    const { readings } = this.parts.judgement
    const { pictures } = this.parts.presence
    if (pictures.hear(readings)) this.parts.path.setPictures(pictures.wanted)
    this.parts.path.hear(readings.receivedBytes, this.parts.company.someoneSends(pictures.wanted) && this.server === 'connected')
    this.draw()
  }

  private draw(): void {
    this.feed.draw()
  }

  private compose(): CallSnapshot {
    const { address, frames, name, parts, phase, problem: why, server } = this
    return callSnapshot(parts, { address, frames, name, phase, problem: why, server }, Date.now())
  }
}
