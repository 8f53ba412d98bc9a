/**
 * A call as the interface sees it: one snapshot after the other. Composition of worker, devices, the media path and the judgement of what was read.
 */
import type { Call as CallApi, CallSnapshot, DeviceKind, Person, Phase, SecurityReport } from '../api'
import { Devices } from '../device/devices'
import { sealedFingerprint } from '../fingerprint'
import { CAMERA, MICROPHONE } from '../leg/leg'
import { parseFragment, parseRoomPath, type Invite } from '../link'
import { b64u } from '../bytes/text'
import { problem, ProblemError, problemOf, type Problem } from '../problem'
import { judge, type PersonFacts, type Verdict } from '../security/judge'
import { quality } from '../security/quality'
import { NO_READINGS, readLeg, type Readings } from '../security/readings'
import { sentence } from '../security/sentence'
import type { Hello, Payload } from '../wire/payloads'
import type { Event, IceServer, Media, Member, OutgoingPayload } from '../worker/rpc'
import { Chat } from './chat'
import { DirectConsent } from './direct_consent'
import { MediaPath } from './media_path'
import { Notices } from './notices'
import { missingFeature } from './support'
import { WorkerLink } from './worker_link'

const READ_MS = 1_000
const READ_AGAIN_MS = 250
const NO_MEDIA: Media = { microphone: false, camera: false, screen: false }
type GroupEvent = Extract<Event, { type: 'group' }>

export class Call implements CallApi {
  private readonly listeners = new Set<(snapshot: CallSnapshot) => void>()
  private readonly devices: Devices
  private readonly notices = new Notices()
  private readonly chat = new Chat()
  private consent = new DirectConsent()
  private path: MediaPath
  private link: WorkerLink | null = null
  private invite: Invite | null = null
  private fullLink: string | undefined
  private roomId = ''
  private name = ''
  private phase: Phase = 'opening'
  private problem: Problem | undefined
  private server: CallSnapshot['server'] = 'connecting'
  private policy: Extract<Event, { type: 'started' }>['policy'] | null = null
  private group: GroupEvent | null = null
  private readonly hellos = new Map<number, Hello>()
  private ice: { readonly servers: readonly IceServer[] } | null = null
  /** What was read of which leg, once that leg was verified. */
  private reading: { readonly legId: string; readonly values: Readings } | null = null
  private readonly standing = new Set<string>()
  private verdict: Verdict = { state: 'unverified', problems: [] }
  private frames = { sent: 0, opened: 0, refused: 0 }
  private reader: ReturnType<typeof setInterval> | undefined
  private current: CallSnapshot
  private isDrawing = false

  constructor(location: Location) {
    this.devices = new Devices(
      () => this.draw(),
      (kind, track) => this.sendTrack(kind, track),
    )
    this.path = this.newPath()
    try {
      this.roomId = b64u(parseRoomPath(location.pathname))
      this.takeFragment(location)
      const missing = missingFeature()
      if (missing !== null) throw new ProblemError(missing === 'insecure' ? 'local.insecure-context' : 'local.browser-unsupported', missing)
      void this.start()
    } catch (error) {
      this.refuse(problemOf(error))
    }
    this.current = this.compose()
    addEventListener('online', () => this.link?.tell({ type: 'online' }))
    addEventListener('pagehide', () => this.devices.closeAll())
  }

  // -- verbs --------------------------------------------------------------------------------------------------------------

  get snapshot(): CallSnapshot {
    return this.current
  }

  subscribe(listener: (snapshot: CallSnapshot) => void): () => void {
    this.listeners.add(listener)
    listener(this.current)
    return () => this.listeners.delete(listener)
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
    this.standing.clear()
    this.verdict = { state: 'unverified', problems: [] }
    this.consent = new DirectConsent()
    this.path = this.newPath()
    this.problem = undefined
    this.phase = 'opening'
    this.draw()
    await this.start()
  }

  async sendChat(text: string): Promise<void> {
    const payload = this.chat.compose(text, Date.now())
    if (payload === null || this.group === null) return
    this.chat.wrote(payload, this.group.ownLeaf, this.name)
    this.draw()
    const via = this.path.leg?.isVerified && this.path.leg.channelIsOpen ? 'channel' : 'log'
    if (via === 'channel') this.chat.wentByChannel(payload, Date.now())
    const ok = await this.send(payload, via)
    this.chat.mark(payload.message_id, ok ? 'sent' : 'failed')
    this.draw()
  }

  async answerDirect(accept: boolean): Promise<void> {
    this.consent.answer(accept)
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

  /** S passes the page once: out of the address bar, into the worker. */
  private takeFragment(location: Location): void {
    if (location.hash === '') return
    const { hash } = location
    this.fullLink = `${location.origin}${location.pathname}${hash.split('.').slice(0, 3).join('.')}`
    history.replaceState(null, '', location.pathname)
    this.invite = parseFragment(hash)
  }

  private async start(): Promise<void> {
    const link = new WorkerLink(
      (event) => this.hear(event),
      () => void this.workerLost(),
    )
    this.link = link
    const { invite } = this
    this.invite = null
    const room = { type: 'start', origin: location.origin, roomId: this.roomId } as const
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
    this.group = null
    this.hellos.clear()
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
    this.group = null
    this.ice = null
    this.hellos.clear()
  }

  // -- what the worker tells ----------------------------------------------------------------------------------------------

  private hear(event: Exclude<Event, { type: 'answer' }>): void {
    switch (event.type) {
      case 'started':
        this.policy = event.policy
        if (this.phase === 'opening') this.phase = 'device-check'
        break
      case 'server':
        if (event.state === 'connected' && this.server === 'reconnecting') this.path.serverBack()
        this.server = event.state
        this.notices.set('unavailable.server', event.state === 'reconnecting')
        break
      case 'ice':
        this.ice = { servers: event.iceServers }
        this.meet()
        break
      case 'group':
        this.takeGroup(event)
        break
      case 'payload':
        this.takePayload(event.from, event.payload)
        break
      case 'channel-out':
        if (!this.path.leg?.sendMessage(event.bytes)) this.resendDoubtful()
        return
      case 'alarm':
        this.alarm(event.code, event.standing)
        break
      case 'frames':
        this.frames = { sent: event.sent, opened: event.opened, refused: event.refused }
        break
      case 'key-frame-wanted':
        void this.path.leg?.askKeyFrame(event.context)
        return
      case 'stopped':
        this.stopped(event.code, event.again)
        break
    }
    this.draw()
  }

  private takeGroup(event: GroupEvent): void {
    this.group = event
    this.phase = 'in-call'
    const there = new Set(event.members.map((member) => member.leafIndex))
    for (const leaf of this.hellos.keys()) if (!there.has(leaf)) this.hellos.delete(leaf)
    this.meet()
    void this.read()
  }

  private takePayload(from: number, payload: Payload): void {
    const member = this.group?.members.find((one) => one.leafIndex === from)
    if (!member) return
    switch (payload.type) {
      case 'hello': {
        if (this.hellos.get(from)?.participant_id !== payload.participant_id) this.consent.newPerson()
        this.hellos.set(from, payload)
        this.meet()
        return
      }
      case 'media_state': {
        const hello = this.hellos.get(from)
        if (hello) this.hellos.set(from, { ...hello, media: payload.media })
        return
      }
      case 'direct_consent':
        this.consent.heard(payload.accept)
        this.meet()
        return
      case 'chat':
        this.chat.read(payload, from, member.name)
        return
      case 'bye':
        this.path.drop()
        return
      default:
        this.path.take(payload)
    }
  }

  private alarm(code: string, stands: boolean): void {
    if (!stands) {
      this.notices.show(code, Date.now())
      return
    }
    this.standing.add(code)
    this.judgeNow()
  }

  private stopped(code: string, again: boolean): void {
    if (code === 'denied.grant' && again) {
      void this.workerLost()
      return
    }
    this.path.drop()
    this.hellos.clear()
    if (again) this.notices.show(code, Date.now())
    else this.refuse(problem(code))
  }

  // -- media --------------------------------------------------------------------------------------------------------------

  private newPath(): MediaPath {
    return new MediaPath({
      worker: () => {
        if (!this.link) throw new ProblemError('local.worker-lost')
        return this.link.worker
      },
      send: (payload) => void this.send(payload, 'log'),
      tracks: () => [this.devices.sending('microphone'), this.devices.sending('camera'), null, null],
      certificate: async (legId, certificate) =>
        (await this.link?.ask({ type: 'leg-certificate', legId, certificate }, [certificate]).catch(() => false)) === true,
      legClosed: (legId) => this.link?.tell({ type: 'leg-closed', legId }),
      channelMessage: (bytes) => this.link?.tell({ type: 'channel-in', bytes }, [bytes]),
      channelBroke: () => this.resendDoubtful(),
      refused: (code) => this.alarm(code, true),
      changed: () => {
        void this.read()
        this.draw()
      },
    })
  }

  private get other(): Member | undefined {
    return this.group?.members.find((member) => !member.self)
  }

  /** Lays down the terms of the leg, when everything they need is known. */
  private meet(): void {
    const { group, ice, other } = this
    const hello = other && this.hellos.get(other.leafIndex)
    if (!group || !ice || !other || !hello || this.verdict.state === 'broken') {
      this.path.agree(null)
      return
    }
    const relayOnly = ice.servers.length > 0 && hello.relay
    if (!relayOnly && !this.consent.isGiven) {
      this.path.agree(null)
      return
    }
    this.path.agree({ ownLeaf: group.ownLeaf, remoteLeaf: other.leafIndex, remoteLife: hello.participant_id, relayOnly, iceServers: ice.servers })
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
    if (this.group === null || now === this.announced) return
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

  // -- readings and judgement ---------------------------------------------------------------------------------------------

  private isReading = false
  private async read(): Promise<void> {
    if (this.isReading) return
    this.isReading = true
    try {
      await this.readNow()
      // Paths change for a moment at an ICE restart: what looks wrong is looked at once more before the call is stopped.
      if (this.verdict.state !== 'broken' && judge(this.facts()).state === 'broken') {
        await new Promise((resolve) => setTimeout(resolve, READ_AGAIN_MS))
        await this.readNow()
      }
      this.judgeNow()
    } finally {
      this.isReading = false
    }
    this.draw()
  }

  private async readNow(): Promise<void> {
    const { leg } = this.path
    if (!leg?.isVerified) {
      this.reading = null
      return
    }
    const values = await readLeg(leg.connection, leg.transport).catch(() => NO_READINGS)
    if (this.path.leg === leg) this.reading = { legId: leg.legId, values }
  }

  private get readings(): Readings {
    return this.reading !== null && this.reading.legId === this.path.leg?.legId ? this.reading.values : NO_READINGS
  }

  private facts(): Parameters<typeof judge>[0] {
    const { leg } = this.path
    const sealed = sealedFingerprint(leg?.connection.remoteDescription?.sdp ?? '') ?? ''
    return {
      groupIsLive: this.group !== null,
      others: this.others(),
      standing: [...this.standing],
      leg:
        leg?.isVerified && this.reading?.legId === leg.legId
          ? { readings: this.readings, sealedFingerprint: sealed, relayOnly: this.path.relayOnly }
          : null,
    }
  }

  private others(): readonly PersonFacts[] {
    return (this.group?.members ?? []).flatMap((member) => (member.trust === 'self' ? [] : [{ name: member.name, trust: member.trust }]))
  }

  /** Broken is left by a new call only, never by waiting. */
  private judgeNow(): void {
    if (this.verdict.state === 'broken') return
    this.verdict = judge(this.facts())
    if (this.verdict.state === 'broken') this.path.stop()
  }

  // -- the snapshot -------------------------------------------------------------------------------------------------------

  /** Many changes in one task are one drawing. */
  private draw(): void {
    if (this.isDrawing) return
    this.isDrawing = true
    queueMicrotask(() => {
      this.isDrawing = false
      this.current = this.compose()
      for (const listener of this.listeners) listener(this.current)
    })
  }

  private compose(): CallSnapshot {
    const { preview } = this.devices
    const hello = this.other && this.hellos.get(this.other.leafIndex)
    const mustAsk =
      this.group !== null && this.ice !== null && hello !== undefined && !(this.ice.servers.length > 0 && hello.relay) && !this.consent.isGiven
    return {
      phase: this.phase,
      roomId: this.roomId,
      ...(this.problem ? { problem: this.problem } : {}),
      notices: this.notices.list(Date.now()),
      topology: this.policy?.topology ?? 'direct',
      recording: this.policy?.recording ?? 'forbidden',
      self: { name: this.name, microphone: this.devices.view('microphone'), camera: this.devices.view('camera'), ...(preview ? { preview } : {}) },
      people: this.people(preview),
      chat: this.chat.messages,
      security: this.security(),
      server: this.server,
      quality: quality(this.path.connectionState, this.readings),
      ...(mustAsk ? { direct: this.consent.view } : {}),
      ...(this.fullLink === undefined ? {} : { link: this.fullLink }),
    }
  }

  private people(preview: MediaStream | undefined): readonly Person[] {
    return (this.group?.members ?? []).map((member): Person => {
      const stream = member.self ? preview : this.verdict.state === 'broken' ? undefined : (this.path.stream ?? undefined)
      const state = this.path.connectionState
      const presence = member.self || (stream && state === 'connected') ? 'here' : stream ? 'quiet' : 'connecting'
      const { leafIndex, name, self, deviceKey, trust } = member
      return {
        leafIndex,
        name,
        self,
        deviceKey,
        trust,
        media: self ? this.media() : (this.hellos.get(leafIndex)?.media ?? NO_MEDIA),
        presence,
        ...(stream ? { stream } : {}),
      }
    })
  }

  private security(): SecurityReport {
    const { readings, verdict } = this
    const hasLeg = this.path.leg?.isVerified === true
    const isRelayed = readings.localType === 'relay'
    return {
      state: verdict.state,
      sentence: sentence(verdict.state, this.others(), verdict.problems, this.group !== null, hasLeg),
      problems: verdict.problems,
      epoch: this.group?.epoch ?? 0,
      epochCode: this.group?.epochCode ?? '',
      dtlsState: readings.dtlsState,
      tlsVersion: readings.tlsVersion,
      dtlsCipher: readings.dtlsCipher,
      srtpCipher: readings.srtpCipher,
      localFingerprint: readings.localFingerprint,
      remoteFingerprint: readings.remoteFingerprint,
      candidateTypes: readings.localType === '' ? '' : `${readings.localType} ↔ ${readings.remoteType}`,
      route: hasLeg ? (isRelayed ? 'relay' : 'direct') : 'none',
      relayTransport: readings.relayTransport,
      sealedFrames: this.frames,
    }
  }
}
