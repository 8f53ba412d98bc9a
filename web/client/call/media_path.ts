/**
 * The way of media to the one other person of a direct call: which leg there is, when a new one is made, when paths are renewed (spec/8-direct.md).
 */
import { b64u } from '../bytes/text'
import { problemOf } from '../problem'
import { EarlyConnection } from '../leg/early_connection'
import { Leg, type LegEvents } from '../leg/leg'
import type { VideoCodec } from '../leg/codec_filter'
import type { Payload } from '../wire/payloads'
import type { Media, OutgoingPayload } from '../worker/rpc'
import type { Company } from './company'
import type { Path, PathPort } from './path'
import { PICTURES, PictureAgreement } from './picture_agreement'
import { RelayReach } from './relay_reach'
import { Silence } from './silence'

const DISCONNECTED_MS = 2_000
const RESTART_MS = 3_000
const NEW_LEG_MS = 10_000
const LEG_MS = 2_000
const SILENT_MS = 900
const DEAD_MS = 1_400

export interface Terms {
  readonly ownLeaf: number
  readonly remoteLeaf: number
  /** Which life of the other: a reload makes another. */
  readonly remoteLife: string
  readonly relayOnly: boolean
  readonly videoCodec: VideoCodec
  readonly iceServers: readonly RTCIceServer[]
}

export class MediaPath implements Path {
  leg: Leg | null = null
  private shown: { readonly camera: MediaStream; readonly screen: MediaStream; readonly sound: MediaStream } | null = null
  private readonly pictures = new PictureAgreement()
  /** The leg before this one: the other side's DTLS may end before its reason arrives. */
  private lastLegId: string | null = null
  private readonly early = new EarlyConnection()
  private servers: readonly RTCIceServer[] = []
  private terms: Terms | null = null
  private readonly silence = new Silence()
  private readonly reach = new RelayReach()
  private isStopped = false
  private troubleSince: ReturnType<typeof setTimeout> | undefined
  private newLeg: ReturnType<typeof setTimeout> | undefined
  private lastRestart_ms = 0
  private lastBegun_ms = 0
  private queue: Promise<void> = Promise.resolve()
  private waitingOffer: Extract<Payload, { type: 'leg_offer' }> | null = null

  constructor(private readonly port: PathPort) {}

  get relayOnly(): boolean {
    return this.terms?.relayOnly ?? true
  }
  get connectionState(): RTCPeerConnectionState | null {
    return this.leg?.connection.connectionState ?? null
  }

  /** Only a relay may carry this call, and ours does not answer. */
  get relayIsMissing(): boolean {
    return this.reach.isMissing(Date.now())
  }

  /** There is one other, and the streams are theirs. */
  streamOf(): MediaStream | null {
    return (this.pictures.areWanted ? this.shown?.camera : this.shown?.sound) ?? null
  }
  comesFrom(): boolean {
    return this.streamOf() !== null
  }
  screenOf(_leaf: number, media: Media | undefined): MediaStream | null {
    return (media?.screen === true && this.pictures.areWanted ? this.shown?.screen : null) ?? null
  }
  setPictures(wanted: boolean): void {
    if (this.pictures.want(wanted) && this.terms !== null) this.port.send({ type: 'only_sound', on: !wanted })
    this.port.changed()
  }
  otherTakesPictures(takes: boolean): void {
    this.pictures.otherTakes(takes)
    for (const context of PICTURES) this.replaceTrack(context, this.port.tracks()[context] ?? null)
  }
  get channelIsOpen(): boolean {
    return this.leg?.isVerified === true && this.leg.channelIsOpen
  }
  sendMessage(bytes: ArrayBuffer): boolean {
    return this.leg?.sendMessage(bytes) === true
  }
  askKeyFrame(context: number): void {
    void this.leg?.askKeyFrame(context)
  }
  hearOfSlots(): void {
    // Slots are of group calls.
  }
  showing(): void {
    // There is one size.
  }
  meet(company: Company | null): void {
    this.agree(company?.terms ?? null)
  }

  /** These are our relays: while nobody is there to meet, a connection already waits for its address there. */
  prepare(servers: readonly RTCIceServer[]): void {
    this.servers = servers
    if (this.leg === null && !this.isStopped) this.early.prepare(servers)
  }

  /** Both sides are ready to meet under these terms; null: nobody to meet, or not yet. */
  private agree(terms: Terms | null): void {
    const before = this.terms
    this.terms = terms
    if (terms === null || this.isStopped) {
      if (terms === null) {
        this.reach.rest()
        this.drop()
        this.prepare(this.servers)
      }
      return
    }
    const isSame =
      before !== null &&
      before.remoteLeaf === terms.remoteLeaf &&
      before.ownLeaf === terms.ownLeaf &&
      before.remoteLife === terms.remoteLife &&
      before.relayOnly === terms.relayOnly &&
      before.videoCodec === terms.videoCodec
    if (isSame) {
      if (before.iceServers !== terms.iceServers) this.renew()
      return
    }
    this.drop()
    this.pictures.newPerson()
    if (!this.pictures.areWanted) this.port.send({ type: 'only_sound', on: true })
    if (terms.ownLeaf < terms.remoteLeaf) this.next(() => this.begin())
    else if (this.waitingOffer) this.take(this.waitingOffer)
  }

  take(payload: Payload): void {
    this.next(() => this.process(payload))
  }

  replaceTrack(context: number, track: MediaStreamTrack | null): void {
    void this.leg?.replaceTrack(context, this.pictures.outgoing(context, track)).catch(() => undefined)
  }

  /**
   * What arrived on the leg so far, read every second. When nothing comes any more other paths are looked for, whatever the browser says; when that
   * does not help at once, another leg is made: browsers stay on a dead path for seconds when it once was the best.
   */
  hear(receivedBytes: number | null, isExpected: boolean): void {
    const { leg } = this
    const isConnected = leg?.isVerified === true && this.connectionState === 'connected'
    const now = Date.now()
    const silent_ms = leg === null ? 0 : this.silence.hear(leg.legId, receivedBytes, isExpected && isConnected, now)
    if (leg && silent_ms >= DEAD_MS) this.giveUp(leg)
    else if (silent_ms >= SILENT_MS && now - this.lastRestart_ms >= RESTART_MS) this.restart()
  }

  ready(): void {
    // What takes time here waits for a relay.
  }

  reached(): void {
    // A direct leg waits for the relay's credentials and for the other.
  }

  /** Our socket is back: if media is not well, find new paths. */
  serverBack(): void {
    const state = this.connectionState
    if (state !== null && state !== 'connected' && state !== 'new') this.restart()
  }

  /** For good. `code`: what is wrong with this call, which the other side is told; only a new call begins again. */
  stop(code?: string): void {
    if (code !== undefined && this.leg && !this.isStopped) this.port.send({ type: 'leg_end', leg_id: this.leg.legId, code })
    this.isStopped = true
    this.reach.rest()
    this.early.drop()
    this.drop()
  }

  drop(): void {
    clearTimeout(this.troubleSince)
    clearTimeout(this.newLeg)
    this.shown = null
    const { leg } = this
    this.leg = null
    if (!leg) return
    this.lastLegId = leg.legId
    const hadChannel = leg.channelIsOpen
    leg.close()
    this.port.legClosed(leg.legId)
    if (hadChannel) this.port.channelBroke()
    this.port.changed()
  }

  /** Not more often than legs can come up. */
  private againIn(ms: number): void {
    clearTimeout(this.newLeg)
    this.newLeg = setTimeout(() => this.again(), Math.max(ms, this.lastBegun_ms + LEG_MS - Date.now()))
  }

  private async begin(): Promise<void> {
    if (this.isStopped || this.terms === null || this.leg) return
    this.lastBegun_ms = Date.now()
    this.newLeg = setTimeout(() => this.again(), NEW_LEG_MS + DISCONNECTED_MS)
    this.leg = this.make(b64u(crypto.getRandomValues(new Uint8Array(16))), true, this.terms)
    await this.leg.offer()
  }

  private make(legId: string, isOfferer: boolean, terms: Terms): Leg {
    if (terms.relayOnly) this.reach.look(Date.now())
    else this.reach.rest()
    const options = {
      legId,
      isOfferer,
      remoteLeaf: terms.remoteLeaf,
      relayOnly: terms.relayOnly,
      videoCodec: terms.videoCodec,
      connection: this.early.take(terms.iceServers, terms.relayOnly),
      worker: this.port.worker(),
      tracks: this.port.tracks().map((track, context) => this.pictures.outgoing(context, track)),
      send: (payload: OutgoingPayload) => this.port.send(payload),
    }
    const leg: Leg = new Leg(
      options,
      this.eventsFor(() => leg),
    )
    return leg
  }

  private eventsFor(self: () => Leg): LegEvents {
    const isCurrent = (): boolean => this.leg === self()
    return {
      certificate: (der) => this.port.certificate(self().legId, der),
      verified: ([microphone, camera, screen, screenSound]) => {
        if (!isCurrent()) return
        this.shown = { camera: streamOf(microphone, camera), screen: streamOf(screen, screenSound), sound: streamOf(microphone) }
        this.port.changed()
      },
      refused: (code) => {
        if (isCurrent()) this.port.refused(code)
      },
      ended: () => {
        if (isCurrent()) this.onEnded(self())
      },
      connection: (state) => {
        if (isCurrent()) this.onConnection(state)
      },
      gathered: (any) => {
        if (isCurrent()) this.reach.gathered(any)
      },
      channelOpen: (isOpen) => {
        if (isCurrent() && !isOpen) this.port.channelBroke()
        this.port.changed()
      },
      channelMessage: (bytes) => {
        if (isCurrent()) this.port.channelMessage(bytes)
      },
    }
  }

  /** DTLS is over. Where our own network failed nothing is worth waiting for; else the other side left or reloads, and says so in a moment. */
  private onEnded(leg: Leg): void {
    if (leg.connection.iceConnectionState === 'failed') {
      this.giveUp(leg)
      return
    }
    this.drop()
    this.againIn(DISCONNECTED_MS)
  }

  private giveUp({ legId }: Leg): void {
    this.drop()
    this.port.send({ type: 'leg_end', leg_id: legId, code: 'unavailable.path' })
    this.againIn(0)
  }

  private onConnection(state: RTCPeerConnectionState): void {
    clearTimeout(this.troubleSince)
    if (state === 'connected') {
      this.reach.rest()
      clearTimeout(this.newLeg)
      this.newLeg = undefined
    } else if (state === 'disconnected' || state === 'failed') {
      this.troubleSince = setTimeout(() => this.restart(), state === 'failed' ? 0 : DISCONNECTED_MS)
      this.newLeg ??= setTimeout(() => this.again(), NEW_LEG_MS + DISCONNECTED_MS)
    }
    this.port.changed()
  }

  private renew(): void {
    const servers = this.terms?.iceServers
    if (servers && this.leg) this.next(async () => this.leg?.restart([...servers]))
  }

  private restart(): void {
    const now = Date.now()
    if (now - this.lastRestart_ms < RESTART_MS) {
      clearTimeout(this.troubleSince)
      this.troubleSince = setTimeout(() => this.restart(), RESTART_MS)
      return
    }
    this.lastRestart_ms = now
    this.next(async () => this.leg?.restart())
    clearTimeout(this.troubleSince)
    this.troubleSince = setTimeout(() => {
      if (this.connectionState === 'disconnected' || this.connectionState === 'failed') this.restart()
    }, RESTART_MS + 500)
  }

  /** A leg that does not come back is given up; the offerer makes another. */
  private again(): void {
    this.newLeg = undefined
    if (this.terms === null || this.connectionState === 'connected') return
    if (this.terms.ownLeaf > this.terms.remoteLeaf) return
    this.drop()
    this.next(() => this.begin())
  }

  private async process(payload: Payload): Promise<void> {
    if (this.isStopped) return
    if (payload.type === 'leg_offer') await this.onOffer(payload)
    else if (payload.type === 'leg_answer' && payload.leg_id === this.leg?.legId) await this.leg.takeAnswer(payload.sdp, payload.restart)
    else if (payload.type === 'leg_candidates') await this.onCandidates(payload)
    else if (payload.type === 'leg_restart' && payload.leg_id === this.leg?.legId && this.leg.options.isOfferer) await this.leg.restart()
    else if (payload.type === 'leg_end') this.onEnd(payload.leg_id, payload.code)
  }

  private async onOffer(payload: Extract<Payload, { type: 'leg_offer' }>): Promise<void> {
    if (this.terms === null || this.terms.ownLeaf < this.terms.remoteLeaf) {
      this.waitingOffer = this.terms === null ? payload : null
      return
    }
    this.waitingOffer = null
    if (this.leg?.legId !== payload.leg_id) {
      this.drop()
      this.leg = this.make(payload.leg_id, false, this.terms)
    }
    await this.leg.takeOffer(payload.sdp, payload.restart)
    const early = this.earlyCandidates.splice(0).filter((held) => held.leg_id === payload.leg_id)
    for (const { candidates, restart } of early) await this.leg.takeCandidates(candidates, restart)
  }

  private earlyCandidates: Array<Extract<Payload, { type: 'leg_candidates' }>> = []
  private async onCandidates(payload: Extract<Payload, { type: 'leg_candidates' }>): Promise<void> {
    if (this.leg?.legId !== payload.leg_id) {
      if (this.waitingOffer?.leg_id === payload.leg_id && this.earlyCandidates.length < 64) this.earlyCandidates.push(payload)
      return
    }
    await this.leg.takeCandidates(payload.candidates, payload.restart)
  }

  private onEnd(legId: string, code: string): void {
    const isCurrent = legId === this.leg?.legId
    if (!isCurrent && legId !== this.lastLegId) return
    if (isCurrent) this.drop()
    if (code.startsWith('integrity.')) this.port.refused(code, 'the other side says so')
    else if (this.leg === null) this.againIn(0)
  }

  /** One step after the other; a step that breaks the rules ends the leg. */
  private next(step: () => Promise<void> | undefined): void {
    this.queue = this.queue.then(step).catch((error: unknown) => {
      const { code, detail } = problemOf(error)
      if (code.startsWith('integrity.')) {
        const legId = this.leg?.legId
        if (legId) this.port.send({ type: 'leg_end', leg_id: legId, code })
        this.drop()
        this.port.refused(code, detail)
      }
    })
  }
}

const streamOf = (...tracks: ReadonlyArray<MediaStreamTrack | undefined>): MediaStream => new MediaStream(tracks.flatMap((track) => track ?? []))
