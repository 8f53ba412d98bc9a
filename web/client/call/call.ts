/**
 * A call as the interface sees it: one snapshot after the other. Composition of worker, devices, the media path and the judgement of what was read.
 */
import type { Call as CallApi, CallSnapshot, DeviceKind, Phase } from '../api'
import { Devices } from '../device/devices'
import { CAMERA, MICROPHONE } from '../leg/streams'
import { b64u } from '../bytes/text'
import { problem, problemOf, type Problem } from '../problem'
import { quality } from '../security/quality'
import type { Payload } from '../wire/payloads'
import type { Event, Media, OutgoingPayload, PolicyView } from '../worker/rpc'
import { takeAddress, type Address } from './address_bar'
import { Chat } from './chat'
import { Company } from './company'
import { Judgement } from './judgement'
import { GroupPath } from './group_path'
import { Notices } from './notices'
import type { Path } from './path'
import { pathOf } from './path_of'
import { people, securityReport } from './snapshot'
import { SnapshotFeed } from './snapshot_feed'
import { requireSupport } from './support'
import { WorkerLink } from './worker_link'

const READ_MS = 1_000

export class Call implements CallApi {
  private readonly feed = new SnapshotFeed(() => this.compose())
  private readonly devices: Devices
  private readonly notices = new Notices()
  private readonly chat = new Chat()
  private company = new Company()
  private judgement: Judgement
  private path: Path
  private link: WorkerLink | null = null
  private address: Address = { roomId: '', invite: null, fullLink: undefined }
  private name = ''
  private phase: Phase = 'opening'
  private problem: Problem | undefined
  private server: CallSnapshot['server'] = 'connecting'
  private policy: PolicyView | null = null
  private frames = { sent: 0, opened: 0, refused: 0 }
  private reader: ReturnType<typeof setInterval> | undefined

  constructor(location: Location) {
    this.devices = new Devices(
      () => this.draw(),
      (kind, track) => this.sendTrack(kind, track),
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
    addEventListener('pagehide', () => this.devices.closeAll())
  }

  // -- verbs --------------------------------------------------------------------------------------------------------------

  get snapshot(): CallSnapshot {
    return this.feed.current
  }

  subscribe(listener: (snapshot: CallSnapshot) => void): () => void {
    return this.feed.subscribe(listener)
  }

  microphoneLevel(): number {
    return this.devices.level()
  }

  setName(name: string): void {
    this.name = name
    this.draw()
  }

  async setDevice(kind: DeviceKind, wanted: boolean): Promise<void> {
    await this.devices.set(kind, wanted)
    this.announceMedia()
  }
  async chooseDevice(kind: DeviceKind, id: string): Promise<void> {
    await this.devices.choose(kind, id)
    this.announceMedia()
  }
  async retryDevice(kind: DeviceKind): Promise<void> {
    await this.devices.retry(kind)
    this.announceMedia()
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
    this.phase = 'ended'
    this.problem = undefined
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

  // -- opening ------------------------------------------------------------------------------------------------------------

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
    await this.link?.ask({ type: 'join', name: this.name, media: this.media(), codecs: ['vp8'] })
    clearInterval(this.reader)
    this.reader = setInterval(() => void this.read(), READ_MS)
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
    this.path.stop()
    this.devices.closeAll()
    this.company.forget()
  }

  // -- what the worker tells ----------------------------------------------------------------------------------------------

  private hear(event: Exclude<Event, { type: 'answer' }>): void {
    switch (event.type) {
      case 'started':
        this.takePolicy(event.policy)
        if (this.phase === 'opening') this.phase = 'device-check'
        break
      case 'server':
        if (event.state === 'connected' && this.server === 'reconnecting') this.path.serverBack()
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
      case 'payload':
        this.takePayload(event.from, event.payload)
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

  private takePayload(from: number, payload: Payload): void {
    const member = this.company.member(from)
    if (!member) return
    switch (payload.type) {
      case 'hello':
        this.company.takeHello(from, payload)
        this.meet()
        return
      case 'media_state':
        this.company.takeMedia(from, payload.media)
        if (this.company.isGroup) this.meet()
        return
      case 'direct_consent':
        this.company.consent.heard(payload.accept)
        this.meet()
        return
      case 'chat':
        this.chat.read(payload, from, member.name)
        return
      case 'bye':
        if (!this.company.isGroup) this.path.drop()
        return
      case 'leg_offer':
      case 'leg_answer':
      case 'leg_candidates':
      case 'leg_restart':
      case 'leg_end':
        this.path.take(payload)
    }
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

  // -- media --------------------------------------------------------------------------------------------------------------

  /** Which way media goes is the policy's to say, which the host signed. */
  private takePolicy(policy: PolicyView): void {
    this.policy = policy
    this.company.isGroup = policy.topology === 'group'
    if (this.path instanceof GroupPath === this.company.isGroup) return
    this.path.stop()
    this.path = this.newPath()
  }

  private newPath(): Path {
    return pathOf(this.policy, this.devices, () => this.link, {
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

  private sendTrack(kind: DeviceKind, track: MediaStreamTrack | null): void {
    this.path.replaceTrack(kind === 'microphone' ? MICROPHONE : CAMERA, track)
  }

  private media(): Media {
    return { microphone: this.devices.sending('microphone') !== null, camera: this.devices.sending('camera') !== null, screen: false }
  }

  private announced = ''
  private announceMedia(): void {
    const media = this.media()
    const now = JSON.stringify(media)
    if (this.company.group === null || now === this.announced) return
    this.announced = now
    void this.send({ type: 'media_state', media }, 'log')
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

  // -- the snapshot -------------------------------------------------------------------------------------------------------

  private draw(): void {
    this.feed.draw()
  }

  private compose(): CallSnapshot {
    const { company, judgement, path } = this
    const { preview } = this.devices
    const { verdict, readings } = judgement
    const connection = path.connectionState
    return {
      phase: this.phase,
      roomId: this.address.roomId,
      ...(this.problem ? { problem: this.problem } : {}),
      notices: this.notices.list(Date.now()),
      topology: this.policy?.topology ?? 'direct',
      recording: this.policy?.recording ?? 'forbidden',
      self: { name: this.name, microphone: this.devices.view('microphone'), camera: this.devices.view('camera'), ...(preview ? { preview } : {}) },
      people: people({ company, verdict, ownMedia: this.media(), preview, streamOf: (leaf) => path.streamOf(leaf), connection }),
      chat: this.chat.messages,
      security: securityReport(company, verdict, readings, path.leg?.isVerified === true, this.frames),
      server: this.server,
      quality: quality(connection, readings),
      ...(company.mustAsk ? { direct: company.consent.view } : {}),
      ...(this.address.fullLink === undefined ? {} : { link: this.address.fullLink }),
    }
  }
}
