/**
 * The socket to the server's log (spec/7-server.md): joins, resumes by `have`, pings, comes back after a break.
 *
 *   closed ──open──▶ connecting ──joined──▶ reading backlog ──head reached──▶ connected
 *                        ▲                                                     │ close, 2 pings unanswered
 *                        └───────────────── backoff ◀──────────────────────────┘
 */
import { b64u, fromB64u } from '../bytes/text'
import type { Bytes } from '../bytes/bytes'
import type { LogKind } from '../group/output'
import {
  parseServerMessage,
  type ClientMessage,
  type ErrorMessage,
  type Joined,
  type ServerMessage,
  type SfuAnswer,
  type SfuEnded,
} from '../wire/messages'
import { backoff_ms } from './backoff'
import { Outbox } from './outbox'

const PING_MS = 5_000
const PINGS_UNANSWERED_MAX = 2
/** A system that found no way waits ever longer before it looks again; a new attempt looks at once. Slow networks get up to three times as long. */
const CONNECT_MS = 4_000
const TEXT_MAX = 131_072
const nothing = (): void => undefined

export interface SocketEvents {
  /** The participants that are here, our own included. */
  joined(joined: Joined): void
  entry(entry: { readonly seq: number; readonly kind: string; readonly epoch: number; readonly body: Bytes }): void
  relay(body: Bytes): void
  /** About a leg to the SFU; an `error` with `ref` may be about something else. */
  sfu(message: SfuAnswer | SfuEnded | ErrorMessage): void
  state(state: 'connecting' | 'connected' | 'reconnecting'): void
  /** The server ended it for good (`code` of spec/errors.json), or the grant is no longer good. */
  ended(code: string): void
}

/** Time and chance, which the worker's composition lends. */
export interface Timing {
  /** Once, `ms` from now; the answer cancels it. */
  readonly after: (ms: number, then: () => void) => () => void
  readonly every: (ms: number, then: () => void) => () => void
  /** 0…1, from the system's randomness. */
  readonly chance: () => number
}

export interface SocketOptions {
  readonly url: string
  readonly roomId: string
  readonly grant: string
  readonly have: () => number | null
  readonly timing: Timing
}

export class LogSocket {
  private socket: WebSocket | null = null
  private readonly outbox = new Outbox()
  private attempt = 0
  private cancelRetry: () => void = nothing
  private cancelPings: () => void = nothing
  private cancelConnect: () => void = nothing
  private unanswered = 0
  private pingRef = 0
  private isClosed = false
  private head: number | null = null
  private isReady = false

  constructor(
    private readonly options: SocketOptions,
    private readonly events: SocketEvents,
  ) {}

  open(): void {
    if (this.isClosed) return
    this.drop()
    this.events.state(this.attempt === 0 ? 'connecting' : 'reconnecting')
    const socket = new WebSocket(this.options.url)
    this.socket = socket
    this.cancelConnect = this.options.timing.after(CONNECT_MS * Math.min(this.attempt + 1, 3), () => this.lost(0))
    socket.onopen = () => {
      this.cancelConnect()
      this.transmit({ type: 'join', version: 1, grant: this.options.grant, room_id: this.options.roomId, have: this.options.have() })
      this.startPings()
    }
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (socket === this.socket) this.take(event.data)
    }
    socket.onclose = (event) => {
      if (socket === this.socket) this.lost(event.code)
    }
  }

  /** `online`: no need to wait for the next attempt. */
  hurry(): void {
    if (this.socket === null && !this.isClosed) this.open()
  }

  /** Leaves the socket and comes back with the present `have`: the group was lost and the log is read anew. */
  restart(): void {
    this.outbox.clear()
    this.open()
  }

  append(kind: LogKind, epoch: number, body: Bytes): void {
    const message = this.outbox.put({ kind, epoch, body: b64u(body) })
    if (message && this.isReady) this.transmit(message)
  }

  /** Lost when there is no connection: the next one is five seconds away. */
  relay(body: Bytes): void {
    if (this.isReady) this.transmit({ type: 'relay', kind: 'heartbeat', body: b64u(body) })
  }

  /** About a leg to the SFU. False: there is no connection to say it on. */
  ask(message: ClientMessage): boolean {
    if (this.isReady) this.transmit(message)
    return this.isReady
  }

  /** `bye`: the participant leaves for good. */
  close(bye: boolean): void {
    if (bye) {
      // What was said last (a sealed bye) goes before ours.
      for (const message of this.isReady ? [] : this.outbox.unconfirmed()) this.transmit(message)
      this.transmit({ type: 'bye' })
    }
    this.isClosed = true
    this.cancelRetry()
    this.cancelPings()
    this.cancelConnect()
    const socket = this.socket
    this.socket = null
    socket?.close(1000)
  }

  private take(data: unknown): void {
    let message: ServerMessage
    try {
      if (typeof data !== 'string' || data.length > TEXT_MAX) return
      message = parseServerMessage(data)
    } catch {
      return // A message that this version does not know, or malformed: it is as if it had not come.
    }
    this.unanswered = 0
    switch (message.type) {
      case 'joined':
        this.onJoined(message)
        return
      case 'entry':
        this.onEntry(message)
        return
      case 'appended':
        this.outbox.confirmed(message.ref)
        return
      case 'relay': {
        const body = fromB64u(message.body)
        if (body) this.events.relay(body)
        return
      }
      case 'closing':
        if (message.code !== 'unavailable.restarting') this.end(message.code)
        return
      case 'error':
        if (message.code.startsWith('denied.') && message.ref === null) this.end(message.code)
        else this.events.sfu(message)
        return
      case 'sfu_answer':
      case 'sfu_ended':
        this.events.sfu(message)
        return
      case 'sfu_slots':
      case 'presence':
      case 'pong':
    }
  }

  private onJoined(joined: Joined): void {
    this.head = joined.head
    this.events.joined(joined)
    this.readyWhenRead(this.options.have() ?? joined.log_start - 1)
  }

  private onEntry(entry: { readonly seq: number; readonly kind: string; readonly epoch: number; readonly body: string }): void {
    this.outbox.seen(entry.body)
    const body = fromB64u(entry.body)
    if (body) this.events.entry({ seq: entry.seq, kind: entry.kind, epoch: entry.epoch, body })
    this.readyWhenRead(entry.seq)
  }

  /** Once the log up to `head` was seen, what it does not show is sent again. */
  private readyWhenRead(seq: number): void {
    if (this.isReady || this.head === null || seq < this.head) return
    this.isReady = true
    this.attempt = 0
    this.events.state('connected')
    for (const message of this.outbox.unconfirmed()) this.transmit(message)
  }

  private transmit(message: ClientMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message))
  }

  private startPings(): void {
    this.unanswered = 0
    this.cancelPings = this.options.timing.every(PING_MS, () => {
      if (this.unanswered >= PINGS_UNANSWERED_MAX) {
        this.lost(0)
        return
      }
      this.unanswered++
      this.transmit({ type: 'ping', ref: ++this.pingRef })
    })
  }

  private lost(code: number): void {
    const refusal = refusals.get(code)
    this.drop()
    if (this.isClosed) return
    if (refusal !== undefined) {
      this.end(refusal)
      return
    }
    this.events.state('reconnecting')
    this.cancelRetry = this.options.timing.after(backoff_ms(this.attempt++, this.options.timing.chance()), () => this.open())
  }

  private end(code: string): void {
    if (this.isClosed) return
    this.close(false)
    this.events.ended(code)
  }

  private drop(): void {
    this.cancelRetry()
    this.cancelPings()
    this.cancelConnect()
    const socket = this.socket
    this.socket = null
    this.isReady = false
    this.head = null
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close()
    }
  }
}

/** Close codes after which coming back by the same grant is no use. */
const refusals: ReadonlyMap<number, string> = new Map([
  [4400, 'remote.malformed'],
  [4401, 'denied.grant'],
  [4403, 'denied.origin'],
  [4409, 'denied.superseded'],
  [4410, 'denied.room-gone'],
])
