/**
 * The two lists in which the page and the crypto worker meet. The page asks, the worker tells; keys stay in the worker.
 * `wire/payloads.ts` and spec/6 define `Payload`; everything here is structured-cloneable.
 */
import type { HostDecision } from '../group/host_desk'
import type { Payload } from '../wire/payloads'

export interface RpcProblem {
  readonly code: string
  readonly detail?: string
}

/** Page → worker. Requests with `id` are answered by exactly one `answer` with the same id. */
export type Request =
  /** `secret` is S as 32 bytes, transferred (S passes the page once); absent after a reload, when the stored key is used. */
  | {
      readonly type: 'start'
      readonly id: number
      readonly origin: string
      readonly roomId: string
      readonly hostKeyHash?: string
      readonly secret?: ArrayBuffer
      /** The seed of the host's key, from the host's link, transferred as S is. */
      readonly hostSeed?: ArrayBuffer
    }
  | {
      readonly type: 'create-room'
      readonly id: number
      readonly origin: string
      readonly topology: 'direct' | 'group'
      readonly expiresIn_s: number
      readonly waitingRoom: boolean
    }
  /** A decision of the host, on the host's own device. */
  | { readonly type: 'host'; readonly id: number; readonly decision: HostDecision }
  | { readonly type: 'join'; readonly id: number; readonly name: string; readonly media: Media; readonly codecs: readonly string[] }
  | { readonly type: 'send'; readonly id: number; readonly payload: OutgoingPayload; readonly via: 'log' | 'channel' }
  /** Bytes that came over a leg's data channel: one PrivateMessage. */
  | { readonly type: 'channel-in'; readonly bytes: ArrayBuffer }
  /** The DER certificate that the DTLS transport of this leg reports; the answer says whether it is the sealed one. */
  | { readonly type: 'leg-certificate'; readonly id: number; readonly legId: string; readonly certificate: ArrayBuffer }
  | { readonly type: 'leg-closed'; readonly legId: string }
  /** Our description of a new leg to the SFU; the answer is the SFU's. */
  | { readonly type: 'sfu-offer'; readonly id: number; readonly legId: string; readonly sdp: string }
  /** What each receive slot of that leg is wanted for: the whole wish each time. */
  | { readonly type: 'sfu-wish'; readonly legId: string; readonly slots: readonly SlotWish[] }
  | { readonly type: 'compared'; readonly id: number; readonly match: boolean; readonly epochCode: string }
  | { readonly type: 'compare-emoji'; readonly id: number }
  /** The person's word on the emoji of that run; the answer is whether it counts. */
  | { readonly type: 'emoji-compared'; readonly id: number; readonly match: boolean; readonly runId: string }
  /** What another device showed as its code; the answer is a PinAnswer. */
  | { readonly type: 'pin'; readonly id: number; readonly text: string }
  | { readonly type: 'online' }
  | { readonly type: 'alive'; readonly id: number }
  | { readonly type: 'leave'; readonly id: number }

export interface SlotWish {
  readonly slot: number
  readonly mid: string
  readonly participantId: string
  readonly leafIndex: number
  readonly context: number
  /** Pixels; 0 without an opinion. */
  readonly heightMax: number
}

/** Why a run of the emoji comparison is void. */
export type Ending = 'keys-changed' | 'too-slow' | 'rules-broken' | 'paused'

/** A run of the emoji comparison as this member sees it. `numbers`: of the list in spec/emoji.json, while people compare. */
export interface ComparisonView {
  readonly runId: string
  readonly phase: 'committing' | 'revealing' | 'comparing' | 'void'
  readonly startedBy: number
  readonly numbers: readonly number[]
  readonly people: ReadonlyArray<{
    readonly leafIndex: number
    readonly name: string
    readonly self: boolean
    readonly state: 'waited-for' | 'ready' | 'match' | 'differ' | 'blamed'
  }>
  readonly ending?: Ending
}

/** `malformed`: no code of this program. `other-call`: of another call or of keys that are over. `nobody`: of no other device in this call. */
export type PinAnswer = { readonly result: 'compared'; readonly name: string } | { readonly result: 'malformed' | 'other-call' | 'nobody' }

export interface Media {
  readonly microphone: boolean
  readonly camera: boolean
  readonly screen: boolean
}

/** What the page gives to RTCPeerConnection; the worker's world has no name for it. */
export interface IceServer {
  readonly urls: string | string[]
  readonly username?: string
  readonly credential?: string
}

/** A payload without `v` and `n`, which the engine fills in. */
export type OutgoingPayload = Payload extends infer P ? (P extends unknown ? Omit<P, 'v' | 'n'> : never) : never

export interface Member {
  readonly leafIndex: number
  readonly name: string
  readonly deviceKey: string
  readonly self: boolean
  readonly trust: 'self' | 'compared' | 'not-compared' | 'new-key'
  /** Seconds since the last authenticated traffic, as of the event. */
  readonly silent_s: number
}

export type { HostDecision }

/** Somebody who asks to be let in; the name is a claim, the key is the identity. */
export interface Waiting {
  readonly deviceKey: string
  readonly name: string
  readonly trust: 'compared' | 'not-compared' | 'new-key'
}

/** Worker → page. */
export type Event =
  | { readonly type: 'answer'; readonly id: number; readonly problem?: RpcProblem; readonly value?: unknown }
  | { readonly type: 'started'; readonly policy: PolicyView; readonly linkKnown: boolean; readonly isHost: boolean }
  /** The host decides who comes in, and has not decided about us. */
  | { readonly type: 'waiting' }
  /** b64u of the devices that proved to be the host's, whether the room is locked, and who waits: known to the host alone. */
  | { readonly type: 'host'; readonly hosts: readonly string[]; readonly locked: boolean; readonly waiting: readonly Waiting[] }
  /** The host asks us to mute. */
  | { readonly type: 'muted' }
  /** The room has another S now, and so another link. It passes the page as the first one did, to be shown and copied. */
  | { readonly type: 'link'; readonly link: string }
  | { readonly type: 'server'; readonly state: 'connecting' | 'connected' | 'reconnecting' }
  | { readonly type: 'ice'; readonly iceServers: readonly IceServer[]; readonly ttl_s: number }
  | { readonly type: 'group'; readonly epoch: number; readonly epochCode: string; readonly ownLeaf: number; readonly members: readonly Member[] }
  /** Null: no run is on. */
  | { readonly type: 'comparison'; readonly view: ComparisonView | null }
  /** From a member, authenticated by MLS, in order. */
  | { readonly type: 'payload'; readonly from: number; readonly via: 'log' | 'channel'; readonly payload: Payload }
  /** Bytes to put on the data channel now. */
  | { readonly type: 'channel-out'; readonly bytes: ArrayBuffer }
  | { readonly type: 'alarm'; readonly code: string; readonly leafIndex?: number; readonly standing: boolean; readonly detail?: string }
  /** Once a second while a leg exists. Keys are `${leafIndex}/${context}`. */
  | {
      readonly type: 'frames'
      readonly sent: number
      readonly opened: number
      readonly refused: number
      readonly openedBy: Readonly<Record<string, number>>
    }
  /** The first frame of the wanted member and stream opened in this slot: it may be shown. */
  | { readonly type: 'slot-open'; readonly legId: string; readonly slot: number; readonly participantId: string; readonly context: number }
  | { readonly type: 'sfu-ended'; readonly legId: string; readonly code: string }
  /** A sender's key changed: ask its encoder for a key frame. */
  | { readonly type: 'key-frame-wanted'; readonly context: number }
  /** The group is gone or never was: `code` of spec/errors.json. `again` says whether the worker goes on trying by itself. */
  | { readonly type: 'stopped'; readonly code: string; readonly again: boolean; readonly detail?: string }

export interface PolicyView {
  readonly topology: 'direct' | 'group'
  readonly capacity: number
  readonly recording: 'forbidden' | 'notify' | 'everyone'
  readonly waitingRoom: boolean
  readonly expiresAt: number
}

/** Options given to `new RTCRtpScriptTransform(worker, options)`. Without keys or before the leg is verified nothing passes. */
export type TransformOptions =
  | { readonly direction: 'send'; readonly legId: string; readonly context: number; readonly codec: 'opus' | 'vp8' | 'vp9' | 'av1' }
  /** Receives whoever this slot of a leg to the SFU is wanted for. */
  | { readonly direction: 'receive-slot'; readonly legId: string; readonly slot: number; readonly codec: 'opus' | 'vp8' | 'vp9' | 'av1' }
  /** The unused half of a transceiver: nothing passes. */
  | { readonly direction: 'shut'; readonly legId: string }
  | {
      readonly direction: 'receive'
      readonly legId: string
      readonly leafIndex: number
      readonly context: number
      readonly codec: 'opus' | 'vp8' | 'vp9' | 'av1'
    }
