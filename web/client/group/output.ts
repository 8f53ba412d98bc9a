/** What the engine wants done or known. The worker carries it out. */
import type { Bytes } from '../bytes/bytes'
import type { Kind } from '../crypto/envelope'
import type { Payload } from '../wire/payloads'
import type { OutgoingPayload } from '../worker/rpc'
import type { Roster } from './roster'

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
  | { readonly type: 'alarm'; readonly code: string; readonly standing: boolean; readonly leafIndex?: number; readonly detail?: string }
  /** The group is lost to us. `again`: the engine asks to be joined to the log anew. */
  | { readonly type: 'stopped'; readonly code: string; readonly again: boolean }
