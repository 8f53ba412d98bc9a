/**
 * A call as the interface sees it: one snapshot after the other. Composition of worker, devices, the media path and the judgement of what was read.
 */
import type { Call as CallApi, CallSnapshot, DeviceKind, Phase, ReactionName } from '../api'
import { b64u } from '../bytes/text'
import { ownCodecs, thisDevice } from '../leg/video_codec'
import { problem, problemOf, type Problem } from '../problem'
import type { Event, Media, OutgoingPayload, PolicyView } from '../worker/rpc'
import { takeAddress, type Address } from './address_bar'
import { Chat } from './chat'
import { Company } from './company'
import { Judgement } from './judgement'
import { GroupPath } from './group_path'
import { Notices } from './notices'
import { OwnMedia } from './own_media'
import type { Path } from './path'
import { pathOf } from './path_of'
import { takePayload, type Desk } from './payload_desk'
import { Presence } from './presence'
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
  private company = new Company()
  private readonly presence: Presence
  private judgement: Judgement
  private path: Path
  private link: WorkerLink | null = null
  /** What a member says reaches the parts of the call as they are then; a rejoin makes new ones. */
  private readonly desk: Desk = {
    company: () => this.company,
    path: () => this.path,
    chat: () => this.chat,
    gestures: () => this.presence.gestures,
    meet: () => this.meet(),
  }
  private address: Address = { roomId: '', invite: null, fullLink: undefined }
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
    const [company, path] = [() => this.company, () => this.path]
    this.presence = new Presence({ company, path, own: this.own, send: (payload) => this.send(payload, 'log'), changed: () => this.draw() })
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

  async raiseHand(up: boolean): Promise<void> {
    await this.presence.gestures.raise(up)
  }
  async react(name: ReactionName): Promise<void> {
    await this.presence.gestures.react(name)
  }
  async setOnlySound(wanted: boolean): Promise<void> {
    const { pictures } = this.presence
    pictures.choose(wanted)
    this.path.setPictures(pictures.wanted)
    if (wanted) await this.setDevice('camera', false)
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

  private async start(): Promise<void> {
    const link = new WorkerLink(
      (event) => this.hear(event),
      () => void this.workerLost(),
    )
    this.link = link
    const { invite, roomId, fullLink } = this.address
    this.address = { roomId, fullLink, invite: null }
    const room = { type: 'start', origin: location.origin, roomId } as const
    try {
      if (invite) {
        const secret = invite.secret.buffer
        await link.ask({ ...room, hostKeyHash: b64u(invite.hostKeyHash), secret }, [secret])
      } else await link.ask(room)
    } catch (error) {
      this.refuse(problemOf(error))
    }
  }

  private async askJoin(): Promise<void> {
    this.company.ownCodecs = ownCodecs(thisDevice())
    await this.link?.ask({ type: 'join', name: this.name, media: this.own.media, codecs: this.company.ownCodecs })
    clearInterval(this.reader)
    this.reader = setInterval(() => void this.read(), READ_MS)
    this.presence.hearing.start()
  }

  /** A new worker is a new leaf: it opens the kept key and joins again. */
  private async workerLost(): Promise<void> {
    if (this.phase !== 'joining' && this.phase !== 'in-call') return
    this.notices.show('local.worker-lost', Date.now())
    this.path.drop()
    this.company.group = null
    this.company.forgetHellos()
    await this.start()
    if (this.phase === 'joining' || this.phase === 'in-call') await this.askJoin().catch((error: unknown) => this.refuse(problemOf(error)))
  }

  private refuse(why: Problem): void {
    this.phase = this.phase === 'in-call' ? 'ended' : 'refused'
    this.problem = why
    this.shutDown()
    this.draw()
  }

  private shutDown(): void {
    clearInterval(this.reader)
    this.presence.leave()
    this.path.stop()
    this.own.closeAll()
    this.company.forget()
  }

  private hear(event: Exclude<Event, { type: 'answer' }>): void {
    switch (event.type) {
      case 'started':
        this.takePolicy(event.policy)
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
        this.presence.gestures.meet(new Set(event.members.map(({ leafIndex }) => leafIndex)))
        this.meet()
        void this.read()
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
    const path = pathOf(this.policy, this.own, () => this.link, {
      send: (payload) => void this.send(payload, 'log'),
      channelBroke: () => this.resendDoubtful(),
      refused: (code) => this.alarm(code, true),
      trouble: (code, stands) => this.notices.set(code, stands),
      changed: () => {
        void this.read()
        this.draw()
      },
    })
    if (!this.presence.pictures.wanted) path.setPictures(false)
    return path
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
    const { readings } = this.judgement
    const { pictures } = this.presence
    if (pictures.hear(readings)) this.path.setPictures(pictures.wanted)
    this.path.hear(readings.receivedBytes, this.company.someoneSends(pictures.wanted) && this.server === 'connected')
    this.draw()
  }

  private draw(): void {
    this.feed.draw()
  }

  private compose(): CallSnapshot {
    const { address, chat, company, frames, judgement, name, notices, own, path, phase, policy, presence, problem: why, server } = this
    return callSnapshot(
      { address, chat, company, frames, judgement, name, notices, own, path, phase, policy, presence, problem: why, server },
      Date.now(),
    )
  }
}
