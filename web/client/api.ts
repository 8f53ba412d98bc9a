/**
 * What the client library shows to a user interface: one immutable snapshot, replaced on every change, and a handful of verbs.
 * Nothing here holds key bytes. The UI renders `CallSnapshot` and nothing else.
 */
import type { Problem } from './problem'

export type { Problem }

export type Phase = 'opening' | 'device-check' | 'joining' | 'waiting' | 'in-call' | 'ended' | 'refused'

export type DeviceKind = 'microphone' | 'camera'

/** One of our own devices, before and during the call. */
export interface LocalDevice {
  readonly kind: DeviceKind
  /** What the person wants (checkbox before the call, button in it). */
  readonly wanted: boolean
  /** A track is running right now: the browser's own light is on. */
  readonly live: boolean
  readonly permission: 'unknown' | 'prompt' | 'granted' | 'denied'
  readonly problem?: Problem
  readonly choices: ReadonlyArray<{ readonly id: string; readonly label: string }>
  readonly chosen?: string
}

/** Our screen as the others may see it. */
export interface LocalScreen {
  /** This browser can share one. */
  readonly possible: boolean
  readonly shared: boolean
  readonly problem?: Problem
}

/** A sign of feeling that passes (spec/6-payloads.md). */
export type ReactionName = 'thumbs_up' | 'heart' | 'laugh' | 'surprise' | 'applause' | 'party'

export interface MediaState {
  readonly microphone: boolean
  readonly camera: boolean
  readonly screen: boolean
}

/** A member of the group. Names come from the credential in the leaf, never from the server. */
export interface Person {
  readonly leafIndex: number
  readonly name: string
  readonly self: boolean
  /** b64u of the device's Ed25519 key. */
  readonly deviceKey: string
  readonly trust: 'self' | 'compared' | 'not-compared' | 'new-key'
  readonly media: MediaState
  /** Present only while everything that spec/10 demands holds and authenticated frames arrive or may arrive. */
  readonly stream?: MediaStream
  /** Their shared screen with its sound, under the same conditions. */
  readonly screen?: MediaStream
  /** Sounds right now, as this browser hears it. */
  readonly speaking?: boolean
  /** Their hand is up, and so many in order of raising it: from 1. */
  readonly hand?: number
  /** What they feel right now; each is shown once. */
  readonly reactions?: ReadonlyArray<{ readonly number: number; readonly name: ReactionName }>
  /** Their sound arrives here in pieces. */
  readonly quality?: 'weak'
  readonly presence: 'here' | 'quiet' | 'connecting'
  /** The host's device, which proved it inside the group. */
  readonly host?: boolean
}

/** Somebody who asks to be let in: the name is a claim, the key is the identity. */
export interface WaitingPerson {
  readonly deviceKey: string
  readonly name: string
  readonly trust: 'compared' | 'not-compared' | 'new-key'
}

/** What the host decides; `device` is a person's `deviceKey`. */
export type HostDecision =
  | { readonly what: 'admit' | 'refuse' | 'remove' | 'mute'; readonly device: string }
  | { readonly what: 'lock'; readonly locked: boolean }
  | { readonly what: 'end' }

/** On the host's own device. */
export interface HostView {
  readonly waiting: readonly WaitingPerson[]
  /** The host's link as it is now, once a removal replaced it; absent after a reload. */
  readonly newLink?: string
}

export interface ChatMessage {
  readonly messageId: string
  readonly from: number
  readonly name: string
  readonly self: boolean
  readonly text: string
  readonly atMs: number
  readonly state: 'sending' | 'sent' | 'failed'
}

/** A run of the emoji comparison (spec/10-verification.md). */
export interface EmojiComparison {
  /** New for each run: what is confirmed is what was on the screen. */
  readonly runId: string
  readonly phase: 'committing' | 'revealing' | 'comparing' | 'void'
  /** A leaf of `people`. */
  readonly startedBy: number
  readonly people: readonly ComparingPerson[]
  /** Seven while people compare, else none. */
  readonly emoji: ReadonlyArray<{ readonly sign: string; readonly word: string }>
  /** With phase 'void': why. */
  readonly ending?: 'keys-changed' | 'too-slow' | 'rules-broken' | 'paused'
}

export interface ComparingPerson {
  readonly leafIndex: number
  readonly name: string
  readonly self: boolean
  /** `blamed`: the run ended because of what they did or did not do. */
  readonly state: 'waited-for' | 'ready' | 'match' | 'differ' | 'blamed'
}

/** What the code of another device turned out to be. */
export type CodeCheck = { readonly result: 'compared'; readonly name: string } | { readonly result: 'malformed' | 'other-call' | 'nobody' }

export type E2eeState = 'secure' | 'unverified' | 'broken'

/** Everything that the Security dialog shows; computed from readings each second and on each change. */
export interface SecurityReport {
  readonly state: E2eeState
  /** One sentence, always shown: "Private. Bob is not compared yet." */
  readonly sentence: string
  readonly problems: readonly Problem[]
  readonly epoch: number
  /** "12345 67890 …", six groups of five digits; empty before a group exists. */
  readonly epochCode: string
  readonly dtlsState: string
  readonly tlsVersion: string
  readonly dtlsCipher: string
  readonly srtpCipher: string
  readonly localFingerprint: string
  readonly remoteFingerprint: string
  /** "relay ↔ relay"; empty while there is no pair. */
  readonly candidateTypes: string
  readonly route: 'none' | 'relay' | 'direct' | 'server'
  readonly relayTransport: string
  readonly sealedFrames: { readonly sent: number; readonly opened: number; readonly refused: number }
}

export interface CallSnapshot {
  readonly phase: Phase
  readonly roomId: string
  /** Set with phase 'refused' or 'ended': why. */
  readonly problem?: Problem
  /** A problem that does not stop the call (reconnecting, device lost, relay unreachable). */
  readonly notices: readonly Problem[]
  readonly topology: 'direct' | 'group'
  readonly recording: 'forbidden' | 'notify' | 'everyone'
  readonly self: {
    readonly name: string
    readonly microphone: LocalDevice
    readonly camera: LocalDevice
    readonly screen: LocalScreen
    readonly preview?: MediaStream
  }
  readonly people: readonly Person[]
  readonly chat: readonly ChatMessage[]
  readonly security: SecurityReport
  /** Present once somebody has started one. */
  readonly comparison?: EmojiComparison
  readonly server: 'connecting' | 'connected' | 'reconnecting'
  readonly quality: 'unknown' | 'good' | 'weak' | 'lost'
  /** Device key of the other who speaks, or spoke last, as this browser hears it. */
  readonly speaker?: string
  /** Pictures of others: shown, not wanted, or resting because the network is too weak for them. */
  readonly pictures?: 'shown' | 'only-sound' | 'resting'
  /** Set while the dialog "Direct connection" must be open, and what we and the other side said. */
  readonly direct?: { readonly ours: 'asked' | 'accepted' | 'declined'; readonly theirs: 'unknown' | 'accepted' | 'declined' }
  /** The host locked the room: nobody new comes in. */
  readonly locked?: boolean
  /** Present on the host's own device. */
  readonly host?: HostView
  /** The whole link, for "Copy link" and its QR code; absent after a reload, when only the non-extractable key is left. */
  readonly link?: string
}

export interface Call {
  readonly snapshot: CallSnapshot
  /** Calls back at once and on each change; returns the unsubscribe function. */
  subscribe(listener: (snapshot: CallSnapshot) => void): () => void
  /** Level of our microphone 0…1 for the meter; polled by the UI in animation frames. */
  microphoneLevel(): number
  setName(name: string): void
  /** Before the call: turns the preview on or off. In it: mutes, unmutes, camera on or off. Only ever from a person's action. */
  setDevice(kind: DeviceKind, wanted: boolean): Promise<void>
  chooseDevice(kind: DeviceKind, id: string): Promise<void>
  retryDevice(kind: DeviceKind): Promise<void>
  /** Asks which screen or window to share, or stops sharing. Only ever from a person's action. */
  shareScreen(wanted: boolean): Promise<void>
  /**
   * How tall this member's picture is shown now, in the device's own pixels; 0 while nobody can see it. Said whenever it changes: no larger picture is sent
   * than somebody looks at.
   */
  showing(leafIndex: number, kind: 'camera' | 'screen', heightPx: number): void
  join(): Promise<void>
  leave(): Promise<void>
  /** After 'ended' or 'refused' with a code that a new attempt may cure. */
  rejoin(): Promise<void>
  sendChat(text: string): Promise<void>
  raiseHand(up: boolean): Promise<void>
  /** More than five in five seconds are not sent. */
  react(name: ReactionName): Promise<void>
  /** Saves data: no pictures of others are asked for, and our camera is turned off. */
  setOnlySound(wanted: boolean): Promise<void>
  answerDirect(accept: boolean): Promise<void>
  /** "They match" / "They differ" of the epoch code now shown. */
  compared(match: boolean, epochCode: string): Promise<void>
  /** Starts an emoji comparison with everybody in the call. */
  compareEmoji(): Promise<void>
  /** "They match" / "They differ" of the emoji of that run. */
  emojiCompared(match: boolean, runId: string): Promise<void>
  /** What the other person's device shows as its code, scanned or pasted. */
  checkCode(text: string): Promise<CodeCheck>
  /** Only on the host's own device. */
  decide(decision: HostDecision): Promise<void>
}

/** Opens a call page: reads the fragment (and removes it), or the stored key of this room. Never throws: a refusal is a snapshot. */
export type OpenCall = (location: Location) => Call

export interface NewRoom {
  readonly link: string
  readonly hostLink: string
  readonly expiresAt: number
}

/** Makes S, the host key and the signed policy in this browser and registers the room. Throws `ProblemError`. */
export type CreateRoom = (options?: { topology?: 'direct' | 'group'; expiresIn_s?: number; waitingRoom?: boolean }) => Promise<NewRoom>
