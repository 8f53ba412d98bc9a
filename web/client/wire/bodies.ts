// Generated from incamera.protocol.bodies by `python -m incamera.protocol.typescript`. Do not edit.
import { type Check, integer, list, object, oneOf, text } from './check'
export { MalformedError } from './check'

/** Trust: made by a client; topology, capacity and expires_at are the server's copy, for its own limits only. */
export interface CreateRoomRequest {
  readonly room_id: string
  readonly access_hash: string
  readonly host_public_key: string
  readonly sealed_policy: string
  readonly topology: 'direct' | 'group'
  readonly capacity: number
  readonly expires_at: number
}

/** Ed25519(host key, "incamera/1 host grant" ‖ 0x00 ‖ room_id ‖ u64 at). */
export interface HostProof {
  readonly signature: string
  readonly at: number
}

/** `access` is derived from S; the server holds its SHA-256. */
export interface GrantRequest {
  readonly access: string
  readonly host_proof?: HostProof
}

/** The room goes on under another S. `keep`: participants whose grants stay good until they have new ones. */
export interface ReplaceAccessRequest {
  readonly access_hash: string
  readonly sealed_policy: string
  readonly keep: readonly string[]
}

/** The room exists. */
export interface CreateRoomAnswer {
  readonly room_id: string
  readonly expires_at: number
}

/** `grant` is a bearer secret for one participant in one room; the server keeps its SHA-256 only. */
export interface GrantAnswer {
  readonly grant: string
  readonly participant_id: string
  readonly scopes: readonly string[]
  readonly expires_at: number
  readonly sealed_policy: string
  readonly topology: 'direct' | 'group'
}

/** One RTCIceServer; `username` is `expiry:participant_id`. */
export interface IceServer {
  readonly urls: readonly string[]
  readonly username: string
  readonly credential: string
}

/** `iceServers` is empty where no relay is set up; `ttl` in seconds. */
export interface TurnCredentialsAnswer {
  readonly iceServers: readonly IceServer[]
  readonly ttl: number
}

/** What an operator may see of a room. */
export interface RoomSummary {
  readonly room_id: string
  readonly topology: 'direct' | 'group'
  readonly capacity: number
  readonly expires_at: number
  readonly present: number
}

/** At most 1,000 rooms, newest first. */
export interface RoomListAnswer {
  readonly rooms: readonly RoomSummary[]
}

/** RFC 9457 problem details with the code of errors.json. */
export interface Problem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
}

const checkCreateRoomAnswer: Check<CreateRoomAnswer> = object<CreateRoomAnswer>({
  room_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  expires_at: integer(0, 9007199254740991),
})

const checkGrantAnswer: Check<GrantAnswer> = object<GrantAnswer>({
  grant: text(43, 43, /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$(?!\n)/),
  participant_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  scopes: list(text(1, 32, /^[a-z0-9_]+$(?!\n)/), 0, 8),
  expires_at: integer(0, 9007199254740991),
  sealed_policy: text(1, 4096, /^[A-Za-z0-9_-]+$(?!\n)/),
  topology: oneOf('direct', 'group'),
})

const checkIceServer: Check<IceServer> = object<IceServer>({
  urls: list(text(1, 512), 1, 8),
  username: text(1, 128),
  credential: text(1, 128),
})

const checkTurnCredentialsAnswer: Check<TurnCredentialsAnswer> = object<TurnCredentialsAnswer>({
  iceServers: list(checkIceServer, 0, 4),
  ttl: integer(0, 9007199254740991),
})

const checkRoomSummary: Check<RoomSummary> = object<RoomSummary>({
  room_id: text(22, 22, /^[A-Za-z0-9_-]{21}[AQgw]$(?!\n)/),
  topology: oneOf('direct', 'group'),
  capacity: integer(2, 100),
  expires_at: integer(0, 9007199254740991),
  present: integer(0, 9007199254740991),
})

const checkRoomListAnswer: Check<RoomListAnswer> = object<RoomListAnswer>({
  rooms: list(checkRoomSummary, 0, 1000),
})

const checkProblem: Check<Problem> = object<Problem>({
  type: oneOf('about:blank'),
  title: text(1, 200),
  status: integer(400, 599),
  detail: text(0, 500),
  code: text(3, 64, /^[a-z]+\.[a-z-]+$(?!\n)/),
})

/** Throws MalformedError (remote.malformed). */
export function parseCreateRoomAnswer(json: unknown): CreateRoomAnswer {
  return checkCreateRoomAnswer(json, 'CreateRoomAnswer')
}

/** Throws MalformedError (remote.malformed). */
export function parseGrantAnswer(json: unknown): GrantAnswer {
  return checkGrantAnswer(json, 'GrantAnswer')
}

/** Throws MalformedError (remote.malformed). */
export function parseTurnCredentialsAnswer(json: unknown): TurnCredentialsAnswer {
  return checkTurnCredentialsAnswer(json, 'TurnCredentialsAnswer')
}

/** Throws MalformedError (remote.malformed). */
export function parseRoomListAnswer(json: unknown): RoomListAnswer {
  return checkRoomListAnswer(json, 'RoomListAnswer')
}

/** Throws MalformedError (remote.malformed). */
export function parseProblem(json: unknown): Problem {
  return checkProblem(json, 'Problem')
}
