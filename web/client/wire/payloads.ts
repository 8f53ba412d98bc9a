// Generated from incamera.protocol.payloads by `python -m incamera.protocol.typescript`. Do not edit.
import { type Check, flag, integer, list, object, oneOf, tagged, text } from './check'
export { MalformedError } from './check'

/** What a member can do; names that a reader does not know are ignored. */
export interface Capabilities {
  readonly codecs: readonly string[]
  readonly features: readonly string[]
}

/** Which of its streams a member sends now. */
export interface Media {
  readonly microphone: boolean
  readonly camera: boolean
  readonly screen: boolean
}

/** The first payload of every member; `relay` says that it got TURN credentials. */
export interface Hello {
  readonly type: 'hello'
  readonly v: 1
  readonly n: number
  readonly participant_id: string
  readonly capabilities: Capabilities
  readonly relay: boolean
  readonly media: Media
}

/** A device was turned on or off. */
export interface MediaState {
  readonly type: 'media_state'
  readonly v: 1
  readonly n: number
  readonly media: Media
}

/** The offer of a leg. */
export interface LegOffer {
  readonly type: 'leg_offer'
  readonly v: 1
  readonly n: number
  readonly leg_id: string
  readonly sdp: string
  readonly restart: number
}

/** The answer to the offer with the same `restart`. */
export interface LegAnswer {
  readonly type: 'leg_answer'
  readonly v: 1
  readonly n: number
  readonly leg_id: string
  readonly sdp: string
  readonly restart: number
}

/** One ICE candidate line, filtered by the sender and again by the receiver. */
export interface Candidate {
  readonly candidate: string
  readonly sdp_mid: string
}

/** Candidates as they trickle; `done` ends them. */
export interface LegCandidates {
  readonly type: 'leg_candidates'
  readonly v: 1
  readonly n: number
  readonly leg_id: string
  readonly restart: number
  readonly candidates: readonly Candidate[]
  readonly done: boolean
}

/** Asks the offerer for an ICE restart. */
export interface LegRestart {
  readonly type: 'leg_restart'
  readonly v: 1
  readonly n: number
  readonly leg_id: string
}

/** The leg is closed, and why. */
export interface LegEnd {
  readonly type: 'leg_end'
  readonly v: 1
  readonly n: number
  readonly leg_id: string
  readonly code: string
}

/** The answer of one person to "Connect directly?". */
export interface DirectConsent {
  readonly type: 'direct_consent'
  readonly v: 1
  readonly n: number
  readonly accept: boolean
}

/** A line of chat. */
export interface Chat {
  readonly type: 'chat'
  readonly v: 1
  readonly n: number
  readonly message_id: string
  readonly text: string
  readonly sent_at_ms: number
}

/** A sign of feeling that passes; a reader shows those it knows and ignores others. */
export interface Reaction {
  readonly type: 'reaction'
  readonly v: 1
  readonly n: number
  readonly name: string
}

/** The member's hand is up, or down again. */
export interface Hand {
  readonly type: 'hand'
  readonly v: 1
  readonly n: number
  readonly up: boolean
}

/** In a direct call: the member takes no pictures now, so that none need be sent. */
export interface OnlySound {
  readonly type: 'only_sound'
  readonly v: 1
  readonly n: number
  readonly on: boolean
}

/** What its sender will reveal in this run of the emoji comparison; the first of a run starts it (spec/10-verification.md). */
export interface SasCommit {
  readonly type: 'sas_commit'
  readonly v: 1
  readonly n: number
  readonly run_id: string
  readonly commitment: string
}

/** The nonce behind the commitment, once all commitments are in the log. */
export interface SasReveal {
  readonly type: 'sas_reveal'
  readonly v: 1
  readonly n: number
  readonly run_id: string
  readonly nonce: string
}

/** What the person said of the emoji; or that this device takes part in no more runs for now. */
export interface SasResult {
  readonly type: 'sas_result'
  readonly v: 1
  readonly n: number
  readonly run_id: string
  readonly outcome: 'differ' | 'match' | 'paused'
}

/** Proves that the sender's device is the host's. */
export interface HostMark {
  readonly type: 'host'
  readonly v: 1
  readonly n: number
  readonly order: string
}

/** The host asks one member to mute. */
export interface OrderMute {
  readonly type: 'order_mute'
  readonly v: 1
  readonly n: number
  readonly order: string
}

/** The host ends the call for everybody. */
export interface OrderEnd {
  readonly type: 'order_end'
  readonly v: 1
  readonly n: number
  readonly order: string
}

/** The member leaves. */
export interface Farewell {
  readonly type: 'bye'
  readonly v: 1
  readonly n: number
}

export type Payload = Hello | MediaState | LegOffer | LegAnswer | LegCandidates | LegRestart | LegEnd | DirectConsent | Chat | Reaction | Hand | OnlySound | SasCommit | SasReveal | SasResult | HostMark | OrderMute | OrderEnd | Farewell

const checkCapabilities: Check<Capabilities> = object<Capabilities>({
  codecs: list(text(1, 32, /^[a-z0-9_]+$(?!\n)/), 0, 16),
  features: list(text(1, 32, /^[a-z0-9_]+$(?!\n)/), 0, 32),
})

const checkMedia: Check<Media> = object<Media>({
  microphone: flag,
  camera: flag,
  screen: flag,
})

const checkHello: Check<Hello> = object<Hello>({
  type: oneOf('hello'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  participant_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  capabilities: checkCapabilities,
  relay: flag,
  media: checkMedia,
})

const checkMediaState: Check<MediaState> = object<MediaState>({
  type: oneOf('media_state'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  media: checkMedia,
})

const checkLegOffer: Check<LegOffer> = object<LegOffer>({
  type: oneOf('leg_offer'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  leg_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  sdp: text(1, 24576),
  restart: integer(0, 65535),
})

const checkLegAnswer: Check<LegAnswer> = object<LegAnswer>({
  type: oneOf('leg_answer'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  leg_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  sdp: text(1, 24576),
  restart: integer(0, 65535),
})

const checkCandidate: Check<Candidate> = object<Candidate>({
  candidate: text(1, 2048),
  sdp_mid: text(0, 16),
})

const checkLegCandidates: Check<LegCandidates> = object<LegCandidates>({
  type: oneOf('leg_candidates'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  leg_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  restart: integer(0, 65535),
  candidates: list(checkCandidate, 0, 32),
  done: flag,
})

const checkLegRestart: Check<LegRestart> = object<LegRestart>({
  type: oneOf('leg_restart'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  leg_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
})

const checkLegEnd: Check<LegEnd> = object<LegEnd>({
  type: oneOf('leg_end'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  leg_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  code: text(3, 64, /^[a-z]+\.[a-z-]+$(?!\n)/),
})

const checkDirectConsent: Check<DirectConsent> = object<DirectConsent>({
  type: oneOf('direct_consent'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  accept: flag,
})

const checkChat: Check<Chat> = object<Chat>({
  type: oneOf('chat'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  message_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  text: text(1, 4096),
  sent_at_ms: integer(0, 9007199254740991),
})

const checkReaction: Check<Reaction> = object<Reaction>({
  type: oneOf('reaction'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  name: text(1, 32, /^[a-z0-9_]+$(?!\n)/),
})

const checkHand: Check<Hand> = object<Hand>({
  type: oneOf('hand'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  up: flag,
})

const checkOnlySound: Check<OnlySound> = object<OnlySound>({
  type: oneOf('only_sound'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  on: flag,
})

const checkSasCommit: Check<SasCommit> = object<SasCommit>({
  type: oneOf('sas_commit'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  run_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  commitment: text(43, 43, /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$(?!\n)/),
})

const checkSasReveal: Check<SasReveal> = object<SasReveal>({
  type: oneOf('sas_reveal'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  run_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  nonce: text(43, 43, /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$(?!\n)/),
})

const checkSasResult: Check<SasResult> = object<SasResult>({
  type: oneOf('sas_result'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  run_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  outcome: oneOf('differ', 'match', 'paused'),
})

const checkHostMark: Check<HostMark> = object<HostMark>({
  type: oneOf('host'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  order: text(88, 772, /^[A-Za-z0-9_-]+$(?!\n)/),
})

const checkOrderMute: Check<OrderMute> = object<OrderMute>({
  type: oneOf('order_mute'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  order: text(88, 772, /^[A-Za-z0-9_-]+$(?!\n)/),
})

const checkOrderEnd: Check<OrderEnd> = object<OrderEnd>({
  type: oneOf('order_end'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
  order: text(88, 772, /^[A-Za-z0-9_-]+$(?!\n)/),
})

const checkFarewell: Check<Farewell> = object<Farewell>({
  type: oneOf('bye'),
  v: oneOf(1),
  n: integer(0, 9007199254740991),
})

const checkPayload: Check<Payload> = tagged<Payload>(
  new Map<string, Check<Payload>>([
    ['hello', checkHello],
    ['media_state', checkMediaState],
    ['leg_offer', checkLegOffer],
    ['leg_answer', checkLegAnswer],
    ['leg_candidates', checkLegCandidates],
    ['leg_restart', checkLegRestart],
    ['leg_end', checkLegEnd],
    ['direct_consent', checkDirectConsent],
    ['chat', checkChat],
    ['reaction', checkReaction],
    ['hand', checkHand],
    ['only_sound', checkOnlySound],
    ['sas_commit', checkSasCommit],
    ['sas_reveal', checkSasReveal],
    ['sas_result', checkSasResult],
    ['host', checkHostMark],
    ['order_mute', checkOrderMute],
    ['order_end', checkOrderEnd],
    ['bye', checkFarewell],
  ]),
)

/** A type that is not among these is from a newer version: ignore it before parsing. */
export const payloadTypes: ReadonlySet<string> = new Set(['hello', 'media_state', 'leg_offer', 'leg_answer', 'leg_candidates', 'leg_restart', 'leg_end', 'direct_consent', 'chat', 'reaction', 'hand', 'only_sound', 'sas_commit', 'sas_reveal', 'sas_result', 'host', 'order_mute', 'order_end', 'bye'])

/** Throws MalformedError (remote.malformed). */
export function parsePayload(json: unknown): Payload {
  return checkPayload(json, 'Payload')
}
