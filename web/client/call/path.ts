/** The way of media, as the call knows it: to the one other of a direct call, or to the SFU of a group. The room's policy says which. */
import type { Payload } from '../wire/payloads'
import type { Event, Media, OutgoingPayload, SlotWish } from '../worker/rpc'
import type { Company } from './company'

export interface PathLeg {
  readonly legId: string
  readonly connection: RTCPeerConnection
  readonly transport: RTCDtlsTransport | null
  readonly isVerified: boolean
}

export interface Path {
  readonly leg: PathLeg | null
  readonly relayOnly: boolean
  readonly connectionState: RTCPeerConnectionState | null
  /** Only a relay may carry this call, and ours does not answer. */
  readonly relayIsMissing: boolean
  /** Of this member, as far as they may be shown: microphone and camera. */
  streamOf(leafIndex: number): MediaStream | null
  /** Whether anything of this member has come. */
  comesFrom(leafIndex: number): boolean
  /** Of this member, who said that it shares one: the screen and its sound. */
  screenOf(leafIndex: number, media: Media | undefined): MediaStream | null
  /** Whether pictures of others are asked for. */
  setPictures(wanted: boolean): void
  /** In a direct call: whether the other one asks for ours. */
  otherTakesPictures(takes: boolean): void
  prepare(servers: readonly RTCIceServer[]): void
  /** The person is at the door: what a join would have to wait for may be made, as far as nothing of it leaves this page. */
  ready(): void
  /** The server answers: what needs nobody else may begin. */
  reached(): void
  /** Who is there now; null: nobody may be met. */
  meet(company: Company | null): void
  take(payload: Payload): void
  /** What the worker says of the leg to the SFU. */
  hearOfSlots(event: Extract<Event, { type: 'slot-open' | 'sfu-ended' }>): void
  replaceTrack(context: number, track: MediaStreamTrack | null): void
  askKeyFrame(context: number): void
  /** How tall a picture is shown now. */
  showing(leafIndex: number, kind: 'camera' | 'screen', height_px: number): void
  /** Chat goes by a channel between the two; null where there is none, and it goes by the log. */
  readonly channelIsOpen: boolean
  sendMessage(bytes: ArrayBuffer): boolean
  /** What arrived so far, read every second, and whether anything should. */
  hear(receivedBytes: number | null, isExpected: boolean): void
  serverBack(): void
  stop(code?: string): void
  drop(): void
}

export interface PathPort {
  readonly worker: () => Worker
  readonly send: (payload: OutgoingPayload) => void
  readonly tracks: () => ReadonlyArray<MediaStreamTrack | null>
  readonly certificate: (legId: string, der: ArrayBuffer) => Promise<boolean>
  readonly legClosed: (legId: string) => void
  readonly channelMessage: (bytes: ArrayBuffer) => void
  readonly channelBroke: () => void
  /** The description or the certificate is not what it must be. */
  readonly refused: (code: string, detail?: string) => void
  /** Our description of a leg to the SFU; the SFU's in return. Raises ProblemError. */
  readonly offer: (legId: string, sdp: string) => Promise<string>
  readonly wish: (legId: string, slots: readonly SlotWish[]) => void
  /** Whether something that does not end the call stands now. */
  readonly trouble: (code: string, stands: boolean) => void
  readonly changed: () => void
}
