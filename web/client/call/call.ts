/**
 * A call as the interface sees it: one snapshot after the other. Composition of worker, devices, the media path and the judgement of what was read.
 */
import type { Call as CallApi, CallSnapshot, DeviceKind, HostDecision, Phase } from '../api'
import { b64u } from '../bytes/text'
import { problem, problemOf, type Problem } from '../problem'
import type { Event, Media, OutgoingPayload, PolicyView } from '../worker/rpc'
import { takeAddress, type Address } from './address_bar'
import { Chat } from './chat'
import { Company } from './company'
import { HostSide } from './host_side'
import { Judgement } from './judgement'
import { GroupPath } from './group_path'
import { Notices } from './notices'
import { OwnMedia } from './own_media'
import type { Path } from './path'
import { pathOf } from './path_of'
import { takePayload, type Desk } from './payload_desk'
import { callSnapshot } from './snapshot'
import { SnapshotFeed } from './snapshot_feed'
import { requireSupport } from './support'
import { WorkerLink } from './worker_link'

const READ_MS = 1_000

export class Call implements CallApi {
  private readonly feed = new SnapshotFeed(() => this.compose())
  private readonly own: OwnMedia
  private readonly notices = new Notices()
  private readonly chat = new Chat()
  private readonly host = new HostSide()
  private company = new Company()
  private judgement: Judgement
  private path: Path
  private link: WorkerLink | null = null
  /** What a member says reaches the parts of the call as they are then; a rejoin makes new ones. */
  private readonly desk: Desk = {
    company: () => this.company,
    path: () => this.path,
    chat: () => this.chat,
    meet: () => this.meet(),
  }
  private address: Address = { roomId: '', invite: null, fullLink: undefined, hostPart: undefined }
  private name = ''
  private phase: Phase = 'opening'
  private problem: Problem | undefined
  private server: CallSnapshot['server'] = 'connecting'
  private policy: PolicyView | null = null
  private frames = { sent: 0, opened: 0, refused: 0 }
  private reader: ReturnType<typeof setInterval> | undefined

  constructor(location: Location) {
    const sends = (context: number, track: MediaStreamTrack | null): void => this.path.replaceTrack(context, track)
    this.own = new OwnMedia(
      () => this.draw(),
      sends,
      (media) => this.announce(media),
    )
    this.path = this.newPath()
    this.judgement = this.newJudgement()
    try {
      this.address = takeAddress(location)
      requireSupport()
      void this.start()
    } catch (error) {
      this.refuse(problemOf(error))
    }
    addEventListener('online', () => this.link?.tell({ type: 'online' }))
    addEventListener('pagehide', () => this.own.closeAll())
  }

  get snapshot(): CallSnapshot {
    return this.feed.current
  }

  subscribe(listener: (snapshot: CallSnapshot) => void): () => void {
    return this.feed.subscribe(listener)
  }

  microphoneLevel(): number {
    return this.own.devices.level()
  }

  setName(name: string): void {
    this.name = name
    this.draw()
  }

  async setDevice(kind: DeviceKind, wanted: boolean): Promise<void> {
    await this.own.devices.set(kind, wanted)
    this.own.announceNews()
  }
  async chooseDevice(kind: DeviceKind, id: string): Promise<void> {
    await this.own.devices.choose(kind, id)
    this.own.announceNews()
  }
  async retryDevice(kind: DeviceKind): Promise<void> {
    await this.own.devices.retry(kind)
    this.own.announceNews()
  }
  async shareScreen(wanted: boolean): Promise<void> {
    if (wanted) await this.own.screen.share()
    else this.own.screen.stop()
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
    const { link } = this
    this.problem = undefined
    this.phase = 'ended'
    this.shutDown()
    await link?.ask({ type: 'leave' }).catch(() => undefined)
    link?.close()
    this.draw()
  }

  async rejoin(): Promise<void> {
    this.shutDown()
    this.link?.close()
    this.link = null
    this.company = new Company()
    this.path = this.newPath()
    this.judgement = this.newJudgement()
    this.problem = undefined
    this.phase = 'opening'
    this.draw()
    await this.start()
  }

  async sendChat(text: string): Promise<void> {
    const payload = this.chat.compose(text, Date.now())
    const { group } = this.company
    if (payload === null || group === null) return
    this.chat.wrote(payload, group.ownLeaf, this.name)
    this.draw()
    const via = this.path.channelIsOpen ? 'channel' : 'log'
    if (via === 'channel') this.chat.wentByChannel(payload, Date.now())
    const ok = await this.send(payload, via)
    this.chat.mark(payload.message_id, ok ? 'sent' : 'failed')
    this.draw()
  }

  async answerDirect(accept: boolean): Promise<void> {
    this.company.consent.answer(accept)
    await this.send({ type: 'direct_consent', accept }, 'log')
    this.meet()
    this.draw()
  }

  async compared(match: boolean, epochCode: string): Promise<void> {
    if (!match) {
      this.alarm('integrity.codes-differ', true)
      return
    }
    await this.link?.ask({ type: 'compared', match, epochCode }).catch(() => false)
  }

  async decide(decision: HostDecision): Promise<void> {
    const asked = this.link?.ask({ type: 'host', decision }).catch(() => undefined)
    await asked
    if (decision.what === 'end') await this.leave()
  }

  private async start(): Promise<void> {
    const link = new WorkerLink(
      (event) => this.hear(event),
      () => void this.workerLost(),
    )
    this.link = link
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
    await this.link?.ask({ type: 'join', name: this.name, media: this.own.media, codecs: ['vp8'] })
    clearInterval(this.reader)
    this.reader = setInterval(() => void this.read(), READ_MS)
  }

  /** A new worker is a new leaf: it opens the kept key and joins again. */
  private async workerLost(): Promise<void> {
    if (!this.isOnTheWay) return
    this.notices.show('local.worker-lost', Date.now())
    this.path.drop()
    this.company.group = null
    this.company.forgetHellos()
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
    this.path.stop()
    this.own.closeAll()
    this.company.forget()
    this.host.forget()
  }

  private hear(event: Exclude<Event, { type: 'answer' }>): void {
    switch (event.type) {
      case 'started':
        this.takePolicy(event.policy)
        this.host.isHost = event.isHost
        if (this.phase === 'opening') this.phase = 'device-check'
        break
      case 'server':
        if (event.state === 'connected') {
          if (this.server === 'reconnecting') this.path.serverBack()
          else this.path.reached()
        }
        this.server = event.state
        this.notices.set('unavailable.server', event.state === 'reconnecting')
        break
      case 'ice':
        this.company.takeServers(event.iceServers)
        this.path.prepare(event.iceServers)
        this.meet()
        break
      case 'group':
        this.phase = 'in-call'
        this.company.takeGroup(event)
        this.meet()
        void this.read()
        break
      case 'waiting':
      case 'host':
      case 'muted':
      case 'link':
        this.hearOfHost(event)
        break
      case 'payload':
        takePayload(this.desk, event.from, event.payload)
        break
      case 'channel-out':
        if (!this.path.sendMessage(event.bytes)) this.resendDoubtful()
        return
      case 'alarm':
        this.alarm(event.code, event.standing)
        break
      case 'frames':
        this.frames = { sent: event.sent, opened: event.opened, refused: event.refused }
        break
      case 'key-frame-wanted':
        this.path.askKeyFrame(event.context)
        return
      case 'slot-open':
      case 'sfu-ended':
        this.path.hearOfSlots(event)
        return
      case 'stopped':
        this.stopped(event.code, event.again)
        break
    }
    this.draw()
  }

  private hearOfHost(event: Extract<Event, { type: 'waiting' | 'host' | 'muted' | 'link' }>): void {
    if (event.type === 'host') this.host.take(event)
    else if (event.type === 'muted') this.muteAsAsked()
    else if (event.type === 'link') this.relink(event.link)
    else if (this.phase === 'joining') this.phase = 'waiting'
  }

  private relink(link: string): void {
    this.address = { ...this.address, fullLink: link }
    this.host.relinked(link, this.address.hostPart)
  }

  /** At once, and never the other way: only the person turns it on again. */
  private muteAsAsked(): void {
    if (!this.own.media.microphone) return
    this.notices.show('local.asked-to-mute', Date.now())
    void this.setDevice('microphone', false)
  }

  private alarm(code: string, stands: boolean): void {
    if (stands) this.judgement.stand(code)
    else this.notices.show(code, Date.now())
  }

  private stopped(code: string, again: boolean): void {
    if (code === 'denied.grant' && again) {
      void this.workerLost()
      return
    }
    this.path.drop()
    this.company.forgetHellos()
    if (again) this.notices.show(code, Date.now())
    else this.refuse(problem(code))
  }

  /** Which way media goes is the policy's to say, which the host signed. */
  private takePolicy(policy: PolicyView): void {
    this.policy = policy
    this.company.isGroup = policy.topology === 'group'
    if (this.path instanceof GroupPath === this.company.isGroup) return
    this.path.stop()
    this.path = this.newPath()
  }

  private newPath(): Path {
    return pathOf(this.policy, this.own, () => this.link, {
      send: (payload) => void this.send(payload, 'log'),
      channelBroke: () => this.resendDoubtful(),
      refused: (code) => this.alarm(code, true),
      trouble: (code, stands) => this.notices.set(code, stands),
      changed: () => {
        void this.read()
        this.draw()
      },
    })
  }

  private newJudgement(): Judgement {
    return new Judgement({
      leg: () => this.path.leg,
      relayOnly: () => this.path.relayOnly,
      groupIsLive: () => this.company.group !== null,
      others: () => this.company.others,
      broke: (code) => this.path.stop(code),
    })
  }

  /** Lays down the terms of the leg, when everything they need is known. */
  private meet(): void {
    this.path.meet(this.judgement.isBroken ? null : this.company)
  }

  private announce(media: Media): boolean {
    if (this.company.group !== null) void this.send({ type: 'media_state', media }, 'log')
    return this.company.group !== null
  }

  private resendDoubtful(): void {
    for (const payload of this.chat.takeDoubtful(Date.now())) void this.send(payload, 'log')
  }

  private async send(payload: OutgoingPayload, via: 'log' | 'channel'): Promise<boolean> {
    if (!this.link) return false
    return this.link.ask({ type: 'send', payload, via }).then(
      () => true,
      () => false,
    )
  }

  private async read(): Promise<void> {
    await this.judgement.read()
    this.path.hear(this.judgement.readings.receivedBytes, this.company.someoneSends && this.server === 'connected')
    this.draw()
  }

  private draw(): void {
    this.feed.draw()
  }

  private compose(): CallSnapshot {
    const { address, chat, company, frames, host, judgement, name, notices, own, path, phase, policy, problem: why, server } = this
    return callSnapshot(
      { address, chat, company, frames, host, judgement, name, notices, own, path, phase, policy, problem: why, server },
      Date.now(),
    )
  }
}
