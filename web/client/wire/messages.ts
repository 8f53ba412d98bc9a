// Generated from incamera.protocol.messages by `python -m incamera.protocol.typescript`. Do not edit.
import { type Check, integer, list, nullable, object, oneOf, parseText, tagged, text } from './check'
export { MalformedError } from './check'

/** The first message on every socket; `have` is the last seq seen, or null. */
export interface Join {
  readonly type: 'join'
  readonly version: number
  readonly grant: string
  readonly room_id: string
  readonly have: number | null
}

/** Asks for the next number in the log; `ref` comes back in `appended` or `error`. */
export interface Append {
  readonly type: 'append'
  readonly ref: number
  readonly kind: 'application' | 'commit' | 'genesis' | 'join' | 'refusal' | 'welcome'
  readonly epoch: number
  readonly body: string
}

/** To all others who are here now; not stored. */
export interface Relay {
  readonly type: 'relay'
  readonly kind: 'heartbeat'
  readonly body: string
}

/** Asks for a `pong` with the same `ref`. */
export interface Ping {
  readonly type: 'ping'
  readonly ref: number
}

/** Begins a leg to the SFU; a newer one of the same participant ends the older. Answered by `sfu_answer` or `error` with `ref`. */
export interface SfuOffer {
  readonly type: 'sfu_offer'
  readonly ref: number
  readonly leg_id: string
  readonly sdp: string
}

/** What one receive slot shall carry; `height_max` in pixels, 0 without an opinion. */
export interface SfuWish {
  readonly mid: string
  readonly participant_id: string
  readonly context: number
  readonly height_max: number
}

/** The whole wish each time: a slot that is not named becomes empty. */
export interface SfuSubscribe {
  readonly type: 'sfu_subscribe'
  readonly ref: number
  readonly leg_id: string
  readonly slots: readonly SfuWish[]
}

/** The leg is given up. */
export interface SfuClose {
  readonly type: 'sfu_close'
  readonly leg_id: string
}

/** The participant leaves and its grant ends. */
export interface Bye {
  readonly type: 'bye'
}

/** Entries follow from `have` + 1; `log_start` > `have` + 1 tells that some are gone. */
export interface Joined {
  readonly type: 'joined'
  readonly participant_id: string
  readonly head: number
  readonly log_start: number
  readonly participants: readonly string[]
  readonly server_time: number
}

/** One numbered item of the log. An unknown `kind` is ignored. */
export interface Entry {
  readonly type: 'entry'
  readonly seq: number
  readonly kind: string
  readonly epoch: number
  readonly body: string
  readonly from: string
}

/** The own entry is on disk under `seq`; it came as `entry` before this. */
export interface Appended {
  readonly type: 'appended'
  readonly ref: number
  readonly seq: number
}

/** Somebody's relay. */
export interface Relayed {
  readonly type: 'relay'
  readonly kind: string
  readonly body: string
  readonly from: string
}

/** A participant's socket came or went. */
export interface Presence {
  readonly type: 'presence'
  readonly participant_id: string
  readonly state: 'gone' | 'here'
}

/** Answers `ping`. */
export interface Pong {
  readonly type: 'pong'
  readonly ref: number
}

/** The SFU's description, its candidates included. */
export interface SfuAnswer {
  readonly type: 'sfu_answer'
  readonly ref: number
  readonly leg_id: string
  readonly sdp: string
}

/** What one slot carries, by the server's word: only the key under which a frame opens says whose it is. */
export interface SfuSlot {
  readonly mid: string
  readonly participant_id: string
  readonly context: number
}

/** What each slot carries from now on; a slot that is not named carries nothing. */
export interface SfuSlots {
  readonly type: 'sfu_slots'
  readonly leg_id: string
  readonly slots: readonly SfuSlot[]
}

/** The leg is gone. */
export interface SfuEnded {
  readonly type: 'sfu_ended'
  readonly leg_id: string
  readonly code: string
}

/** Something was refused; `ref` names which append, offer or wish, if one. Fatal ones are followed by close. */
export interface ErrorMessage {
  readonly type: 'error'
  readonly code: string
  readonly detail: string
  readonly ref: number | null
}

/** Why the socket closes now. */
export interface Closing {
  readonly type: 'closing'
  readonly code: string
}

export type ClientMessage = Join | Append | Relay | Ping | SfuOffer | SfuSubscribe | SfuClose | Bye

export type ServerMessage = Joined | Entry | Appended | Relayed | Presence | Pong | SfuAnswer | SfuSlots | SfuEnded | ErrorMessage | Closing

const checkJoined: Check<Joined> = object<Joined>({
  type: oneOf('joined'),
  participant_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  head: integer(0, 9007199254740991),
  log_start: integer(0, 9007199254740991),
  participants: list(text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/), 0, 128),
  server_time: integer(0, 9007199254740991),
})

const checkEntry: Check<Entry> = object<Entry>({
  type: oneOf('entry'),
  seq: integer(0, 9007199254740991),
  kind: text(1, 32, /^[a-z0-9_]+$(?!\n)/),
  epoch: integer(0, 9007199254740991),
  body: text(1, 87384, /^[A-Za-z0-9_-]+$(?!\n)/),
  from: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
})

const checkAppended: Check<Appended> = object<Appended>({
  type: oneOf('appended'),
  ref: integer(0, 9007199254740991),
  seq: integer(0, 9007199254740991),
})

const checkRelayed: Check<Relayed> = object<Relayed>({
  type: oneOf('relay'),
  kind: text(1, 32, /^[a-z0-9_]+$(?!\n)/),
  body: text(1, 8192, /^[A-Za-z0-9_-]+$(?!\n)/),
  from: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
})

const checkPresence: Check<Presence> = object<Presence>({
  type: oneOf('presence'),
  participant_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  state: oneOf('gone', 'here'),
})

const checkPong: Check<Pong> = object<Pong>({
  type: oneOf('pong'),
  ref: integer(0, 9007199254740991),
})

const checkSfuAnswer: Check<SfuAnswer> = object<SfuAnswer>({
  type: oneOf('sfu_answer'),
  ref: integer(0, 9007199254740991),
  leg_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  sdp: text(1, 98304),
})

const checkSfuSlot: Check<SfuSlot> = object<SfuSlot>({
  mid: text(1, 16, /^[A-Za-z0-9_-]+$(?!\n)/),
  participant_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  context: integer(0, 15),
})

const checkSfuSlots: Check<SfuSlots> = object<SfuSlots>({
  type: oneOf('sfu_slots'),
  leg_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  slots: list(checkSfuSlot, 0, 46),
})

const checkSfuEnded: Check<SfuEnded> = object<SfuEnded>({
  type: oneOf('sfu_ended'),
  leg_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  code: text(3, 64, /^[a-z]+\.[a-z-]+$(?!\n)/),
})

const checkErrorMessage: Check<ErrorMessage> = object<ErrorMessage>({
  type: oneOf('error'),
  code: text(3, 64, /^[a-z]+\.[a-z-]+$(?!\n)/),
  detail: text(0, 500),
  ref: nullable(integer(0, 9007199254740991)),
})

const checkClosing: Check<Closing> = object<Closing>({
  type: oneOf('closing'),
  code: text(3, 64, /^[a-z]+\.[a-z-]+$(?!\n)/),
})

const checkServerMessage: Check<ServerMessage> = tagged<ServerMessage>(
  new Map<string, Check<ServerMessage>>([
    ['joined', checkJoined],
    ['entry', checkEntry],
    ['appended', checkAppended],
    ['relay', checkRelayed],
    ['presence', checkPresence],
    ['pong', checkPong],
    ['sfu_answer', checkSfuAnswer],
    ['sfu_slots', checkSfuSlots],
    ['sfu_ended', checkSfuEnded],
    ['error', checkErrorMessage],
    ['closing', checkClosing],
  ]),
)

/** A type that is not among these is from a newer version: ignore it before parsing. */
export const serverMessageTypes: ReadonlySet<string> = new Set(['joined', 'entry', 'appended', 'relay', 'presence', 'pong', 'sfu_answer', 'sfu_slots', 'sfu_ended', 'error', 'closing'])

/** Throws MalformedError (remote.malformed). */
export function parseServerMessage(json: string): ServerMessage {
  return parseText(checkServerMessage, json, 'ServerMessage')
}
