/** What the engine wants done or known. The worker carries it out. */
import type { Bytes } from '../bytes/bytes'
import type { Kind } from '../crypto/envelope'
import type { Payload } from '../wire/payloads'
import type { OutgoingPayload } from '../worker/rpc'
import type { Roster } from './roster'

export interface Waiting {
  readonly deviceKey: Bytes
  readonly name: string
}

export type LogKind = Exclude<Kind, 'policy' | 'heartbeat'>

export type Output =
  | { readonly type: 'append'; readonly kind: LogKind; readonly epoch: number; readonly body: Bytes }
  | { readonly type: 'relay'; readonly body: Bytes }
  | { readonly type: 'channel'; readonly message: Bytes }
  /** A new epoch. `mediaSecret` goes to the keyring and nowhere else. `added`: leaves that are new in it. */
  | {
      readonly type: 'epoch'
      readonly epoch: number
      readonly epochCode: string
      /** For the emoji comparison, in the worker alone. */
      readonly epochAuthenticator: Bytes
      readonly ownLeaf: number
      readonly roster: Roster
      readonly added: readonly number[]
      readonly removed: readonly number[]
      readonly mediaSecret: Bytes
    }
  /** Send media under this epoch from now on. */
  | { readonly type: 'send-under'; readonly epoch: number; readonly ownLeaf: number }
  /** `epoch`: the one that it was sealed in, which may be over. */
  | { readonly type: 'payload'; readonly from: number; readonly epoch: number; readonly via: 'log' | 'channel'; readonly payload: Payload }
  /** What we said has its place in the log now. Of payloads whose place counts. */
  | { readonly type: 'echo'; readonly epoch: number; readonly payload: OutgoingPayload }
  /** What the host decided, as far as it is ours to see. `hosts`: devices that proved to be the host's. `waiting`: on the host's device only. */
  | { readonly type: 'host'; readonly hosts: readonly string[]; readonly isLocked: boolean; readonly waiting: readonly Waiting[] }
  /** We asked to join and wait for the host's word. */
  | { readonly type: 'waiting' }
  /** The host asks us to mute. */
  | { readonly type: 'muted' }
  /** Somebody was removed: the call moves to a new group under this S. `removed`: b64u of device keys; `stay`: of everybody else's. */
  | { readonly type: 'moved'; readonly secret: Bytes; readonly removed: readonly string[]; readonly stay: readonly string[] }
  | { readonly type: 'alarm'; readonly code: string; readonly standing: boolean; readonly leafIndex?: number; readonly detail?: string }
  /** The group is lost to us. `again`: the engine asks to be joined to the log anew. */
  | { readonly type: 'stopped'; readonly code: string; readonly again: boolean }
