/**
 * A leg to the SFU (spec/11-sfu.md): our four streams go out, slots come in. One description each way, ours first; a leg that breaks is replaced, never
 * renegotiated. The hop ends at the server: what keeps it from hearing is the seal of each frame, in the transforms.
 */
import { CertificateGate } from './certificate_gate'
import { dress } from './dress'
import { ownDescription, sfuDescription } from './sfu_description'
import { encodingsFor, SCREEN_BITRATE_MAX, sizeEncodings } from './encodings'
import { askKeyFrame, CAMERA, preferCodec, SCREEN, streams, type StreamKind } from './streams'

export interface SfuLegOptions {
  readonly legId: string
  readonly worker: Worker
  readonly audioSlots: number
  readonly videoSlots: number
  /** Gives our description to the SFU. Raises ProblemError. */
  readonly offer: (sdp: string) => Promise<string>
}

export interface SfuLegEvents {
  /** DTLS is up: is this the certificate of the answer? */
  certificate(der: ArrayBuffer): Promise<boolean>
  verified(): void
  refused(code: string): void
  ended(): void
  connection(state: RTCPeerConnectionState): void
}

export class SfuLeg {
  readonly connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' })
  private readonly sending: readonly RTCRtpTransceiver[]
  private readonly slots: readonly RTCRtpTransceiver[]
  private readonly gate: CertificateGate
  private isClosed = false

  constructor(
    private readonly options: SfuLegOptions,
    events: SfuLegEvents,
  ) {
    this.gate = new CertificateGate(() => this.transport, {
      certificate: (der) => events.certificate(der),
      passed: () => events.verified(),
      refused: () => {
        this.close()
        events.refused('integrity.fingerprint')
      },
      ended: () => events.ended(),
    })
    this.connection.onconnectionstatechange = () => {
      events.connection(this.connection.connectionState)
      this.gate.look()
    }
    this.sending = streams.map((stream, context) => this.addSending(stream, context))
    this.slots = slotKinds(options).map((stream, slot) => this.addSlot(stream, slot))
  }

  get legId(): string {
    return this.options.legId
  }
  get isVerified(): boolean {
    return this.gate.isVerified
  }
  get transport(): RTCDtlsTransport | null {
    return this.sending[0]?.sender.transport ?? null
  }

  /** Raises ProblemError. */
  async open(): Promise<void> {
    const offer = await this.connection.createOffer()
    await this.connection.setLocalDescription(offer)
    const { sdp, candidates } = sfuDescription(await this.options.offer(ownDescription(this.connection.localDescription?.sdp ?? '')))
    if (this.isClosed) return
    await this.connection.setRemoteDescription({ type: 'answer', sdp })
    const sdpMid = this.sending[0]?.mid ?? '0'
    for (const candidate of candidates) await this.connection.addIceCandidate({ candidate, sdpMid }).catch(() => undefined)
    this.gate.watch()
  }

  /** The m-line's name in the description; null before there is one. */
  midOf(slot: number): string | null {
    return this.slots[slot]?.mid ?? null
  }
  trackOf(slot: number): MediaStreamTrack | null {
    return this.slots[slot]?.receiver.track ?? null
  }

  async replaceTrack(context: number, track: MediaStreamTrack | null): Promise<void> {
    await this.sending[context]?.sender.replaceTrack(track)
    if (context === CAMERA && track) await sizeEncodings(this.sending[context], track)
  }
  async askKeyFrame(context: number): Promise<void> {
    await askKeyFrame(this.sending[context]?.sender)
  }

  close(): void {
    this.isClosed = true
    this.gate.close()
    this.connection.onconnectionstatechange = null
    this.connection.close()
  }

  // -- the parts ----------------------------------------------------------------------------------------------------------

  private addSending(stream: StreamKind, context: number): RTCRtpTransceiver {
    const transceiver = this.connection.addTransceiver(stream.kind, { direction: 'sendonly', ...encodingsOf(context) })
    const { legId } = this
    dress(transceiver, this.options.worker, {
      send: { direction: 'send', legId, context, codec: stream.codec },
      receive: { direction: 'shut', legId },
    })
    preferCodec(transceiver, stream)
    return transceiver
  }

  private addSlot(stream: StreamKind, slot: number): RTCRtpTransceiver {
    const transceiver = this.connection.addTransceiver(stream.kind, { direction: 'recvonly' })
    const { legId } = this
    dress(transceiver, this.options.worker, {
      send: { direction: 'shut', legId },
      receive: { direction: 'receive-slot', legId, slot, codec: stream.codec },
    })
    preferCodec(transceiver, stream)
    return transceiver
  }
}

/** Every size has its place in the description, though it may be off: there is no second one. */
function encodingsOf(context: number): Pick<RTCRtpTransceiverInit, 'sendEncodings'> {
  if (context === CAMERA) return { sendEncodings: encodingsFor(undefined) }
  return context === SCREEN ? { sendEncodings: [{ maxBitrate: SCREEN_BITRATE_MAX }] } : {}
}

/** Sound first. */
const slotKinds = ({ audioSlots, videoSlots }: SfuLegOptions): readonly StreamKind[] => [
  ...Array.from({ length: audioSlots }, (): StreamKind => ({ kind: 'audio', codec: 'opus' })),
  ...Array.from({ length: videoSlots }, (): StreamKind => ({ kind: 'video', codec: 'vp8' })),
]
