/**
 * One leg: one RTCPeerConnection to one other member (spec/8-direct.md), its streams in the order of streams.ts.
 * No frame passes before the certificate that DTLS used was found to be the sealed one; the worker keeps that gate.
 */
import type { OutgoingPayload, TransformOptions } from '../worker/rpc'
import { filterCandidate } from './candidate_filter'
import { CertificateGate } from './certificate_gate'
import { dress } from './dress'
import { DIRECT, filterDescription } from './sdp_filter'
import { askKeyFrame, CAMERA, limitBitrate, preferCodec, streams, streamsIn } from './streams'
import type { VideoCodec } from './video_codec'

const CANDIDATES_MAX = 32
const CAMERA_BITRATE_MAX = 2_500_000
const CHANNEL_BYTES_MAX = 65_536

export interface LegOptions {
  readonly legId: string
  readonly isOfferer: boolean
  readonly remoteLeaf: number
  readonly relayOnly: boolean
  readonly videoCodec: VideoCodec
  /** Nothing was described on it yet. */
  readonly connection: RTCPeerConnection
  readonly worker: Worker
  readonly tracks: ReadonlyArray<MediaStreamTrack | null>
  readonly send: (payload: OutgoingPayload) => void
}

export interface LegEvents {
  /** DTLS is up: is this the certificate that was sealed? */
  certificate(der: ArrayBuffer): Promise<boolean>
  /** Frames may pass and be shown: the other's tracks, in the order of streams. */
  verified(tracks: readonly MediaStreamTrack[]): void
  refused(code: string): void
  /** The other side ended DTLS: it left, reloaded, or gave the leg up. */
  ended(): void
  connection(state: RTCPeerConnectionState): void
  /** A way to us was found that may be told, or, at the end of the search, none. */
  gathered(any: boolean): void
  channelOpen(isOpen: boolean): void
  channelMessage(bytes: ArrayBuffer): void
}

export class Leg {
  readonly connection: RTCPeerConnection
  private channel: RTCDataChannel | undefined
  private restarts = 0
  private candidatesTaken = 0
  private candidatesSent = 0
  private readonly early: RTCIceCandidateInit[] = []
  private hasRemote = false
  private readonly gate: CertificateGate
  private isClosed = false

  constructor(
    readonly options: LegOptions,
    private readonly events: LegEvents,
  ) {
    this.connection = options.connection
    this.gate = new CertificateGate(() => this.transport, {
      certificate: (der) => events.certificate(der),
      passed: () => this.verified(),
      refused: () => {
        options.send({ type: 'leg_end', leg_id: options.legId, code: 'integrity.fingerprint' })
        this.close()
        events.refused('integrity.fingerprint')
      },
      ended: () => events.ended(),
    })
    this.connection.onicecandidate = ({ candidate }) => this.sendCandidate(candidate)
    this.connection.onconnectionstatechange = () => {
      this.events.connection(this.connection.connectionState)
      this.gate.look()
    }
    this.connection.ontrack = ({ transceiver }) => this.dress(transceiver)
    this.connection.ondatachannel = ({ channel }) => this.useChannel(channel)
  }

  get legId(): string {
    return this.options.legId
  }
  get isVerified(): boolean {
    return this.gate.isVerified
  }

  /** Offerer: everything is laid out before anything is sent. */
  async offer(): Promise<void> {
    for (const [context, { kind }] of streams.entries())
      this.dress(this.connection.addTransceiver(this.options.tracks[context] ?? kind, { direction: 'sendrecv' }), context)
    this.useChannel(this.connection.createDataChannel('incamera'))
    await this.sendOffer({})
  }

  /** New paths with whatever servers are set now; only the offerer begins. */
  async restart(iceServers?: RTCIceServer[]): Promise<void> {
    if (this.isClosed) return
    if (iceServers) this.connection.setConfiguration({ ...this.connection.getConfiguration(), iceServers })
    if (!this.options.isOfferer) {
      this.options.send({ type: 'leg_restart', leg_id: this.legId })
      return
    }
    if (this.connection.signalingState !== 'stable') return
    this.restarts++
    await this.sendOffer({ iceRestart: true })
  }

  private async sendOffer(options: RTCOfferOptions): Promise<void> {
    this.candidatesSent = 0
    this.candidatesTaken = 0
    const offer = await this.connection.createOffer(options)
    this.hasRemote = false
    // Candidates begin with this call; the offer is queued to leave before any of them.
    const sdp = this.allowed(offer)
    this.options.send({ type: 'leg_offer', leg_id: this.legId, sdp, restart: this.restarts })
    await this.connection.setLocalDescription(offer)
  }

  async takeOffer(sdp: string, restart: number): Promise<void> {
    this.restarts = restart
    this.candidatesTaken = 0
    this.candidatesSent = 0
    await this.connection.setRemoteDescription({ type: 'offer', sdp: this.filtered(sdp) })
    await Promise.all(
      this.connection
        .getTransceivers()
        .slice(0, streams.length)
        .map((transceiver, context) => this.fill(transceiver, context)),
    )
    await this.addEarly()
    const answer = await this.connection.createAnswer()
    this.options.send({ type: 'leg_answer', leg_id: this.legId, sdp: this.allowed(answer), restart })
    if (restart === 0) await this.useGathered(answer)
    await this.connection.setLocalDescription(answer)
    this.gate.watch()
  }

  async takeAnswer(sdp: string, restart: number): Promise<void> {
    if (restart !== this.restarts || this.connection.signalingState !== 'have-local-offer') return
    await this.connection.setRemoteDescription({ type: 'answer', sdp: this.filtered(sdp) })
    await this.addEarly()
    this.gate.watch()
  }

  async takeCandidates(candidates: ReadonlyArray<{ readonly candidate: string; readonly sdp_mid: string }>, restart: number): Promise<void> {
    if (restart !== this.restarts) return
    for (const { candidate, sdp_mid: sdpMid } of candidates) {
      const allowed = filterCandidate(candidate, this.options.relayOnly)
      if (allowed === null || ++this.candidatesTaken > CANDIDATES_MAX) continue
      this.early.push({ candidate: allowed, sdpMid })
    }
    if (this.hasRemote) await this.addEarly()
  }

  async replaceTrack(context: number, track: MediaStreamTrack | null): Promise<void> {
    await this.connection.getTransceivers()[context]?.sender.replaceTrack(track)
    if (context === CAMERA && track) await limitBitrate(this.connection.getTransceivers()[context], CAMERA_BITRATE_MAX)
  }

  async askKeyFrame(context: number): Promise<void> {
    await askKeyFrame(this.connection.getTransceivers()[context]?.sender)
  }

  /** False when there is no open channel to take it. */
  sendMessage(bytes: ArrayBuffer): boolean {
    if (this.channel?.readyState !== 'open') return false
    this.channel.send(bytes)
    return true
  }
  get channelIsOpen(): boolean {
    return this.channel?.readyState === 'open'
  }

  get transport(): RTCDtlsTransport | null {
    return this.connection.getTransceivers()[0]?.receiver.transport ?? null
  }

  close(): void {
    this.isClosed = true
    this.gate.close()
    this.connection.ontrack = this.connection.onicecandidate = this.connection.onconnectionstatechange = this.connection.ondatachannel = null
    this.channel?.close()
    this.connection.close()
  }

  // -- the parts ----------------------------------------------------------------------------------------------------------

  private filtered(sdp: string): string {
    const allowed = this.allowed({ sdp })
    this.hasRemote = true
    return allowed
  }

  private allowed({ sdp }: { readonly sdp?: string }): string {
    return filterDescription(sdp ?? '', DIRECT, this.options.videoCodec)
  }

  /** Both transforms, in the task in which the transceiver appeared, so that no frame can be faster. */
  private dress(transceiver: RTCRtpTransceiver, context = this.connection.getTransceivers().indexOf(transceiver)): void {
    const stream = streamsIn(this.options.videoCodec)[context]
    if (!stream) {
      transceiver.stop()
      return
    }
    const common = { legId: this.legId, context, codec: stream.codec }
    const send: TransformOptions = { direction: 'send', ...common }
    const receive: TransformOptions = { direction: 'receive', leafIndex: this.options.remoteLeaf, ...common }
    dress(transceiver, this.options.worker, { send, receive })
    preferCodec(transceiver, stream)
    if (context === CAMERA) void limitBitrate(transceiver, CAMERA_BITRATE_MAX)
  }

  /** Answerer: our own tracks go into the offered places. */
  private async fill(transceiver: RTCRtpTransceiver, context: number): Promise<void> {
    if (transceiver.direction !== 'sendrecv') transceiver.direction = 'sendrecv'
    const track = this.options.tracks[context] ?? null
    if (track && !transceiver.sender.track) await transceiver.sender.replaceTrack(track)
  }

  private sendCandidate(candidate: RTCIceCandidate | null): void {
    const done = candidate === null || candidate.candidate === ''
    const allowed = done ? null : filterCandidate(candidate.candidate, this.options.relayOnly)
    if (!done && (allowed === null || ++this.candidatesSent > CANDIDATES_MAX)) return
    if (!done || this.candidatesSent === 0) this.events.gathered(!done)
    const candidates = allowed === null ? [] : [{ candidate: allowed, sdp_mid: candidate?.sdpMid ?? '0' }]
    this.options.send({ type: 'leg_candidates', leg_id: this.legId, restart: this.restarts, candidates, done })
  }

  /** Chromium throws away what it gathered early when it is given an answer, but not when it is given a provisional one; Firefox knows neither. */
  private async useGathered(answer: RTCSessionDescriptionInit): Promise<void> {
    if (!this.connection.getConfiguration().iceCandidatePoolSize) return
    await this.connection.setLocalDescription({ type: 'pranswer', sdp: answer.sdp ?? '' }).catch(() => undefined)
  }

  private async addEarly(): Promise<void> {
    for (const candidate of this.early.splice(0)) await this.connection.addIceCandidate(candidate).catch(() => undefined)
  }

  private useChannel(channel: RTCDataChannel): void {
    if (channel.label !== 'incamera' || this.channel) {
      channel.close()
      return
    }
    this.channel = channel
    channel.binaryType = 'arraybuffer'
    channel.onopen = () => this.events.channelOpen(true)
    channel.onclose = () => this.events.channelOpen(false)
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer && data.byteLength <= CHANNEL_BYTES_MAX && this.isVerified) this.events.channelMessage(data)
    }
    if (channel.readyState === 'open') this.events.channelOpen(true)
  }

  private verified(): void {
    const receivers = this.connection
      .getTransceivers()
      .slice(0, streams.length)
      .map((transceiver) => transceiver.receiver.track)
    this.events.verified(receivers)
    void this.askKeyFrame(CAMERA)
  }
}
