/** What every part of the engine needs: the room, its keys, this device, and a way out. Time and randomness are parameters of each call. */
import type { Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import type { DeviceKeys } from '../crypto/device'
import { sealEnvelope } from '../crypto/envelope'
import type { RoomKeys } from '../crypto/labels'
import type { VerifiedPolicy } from '../crypto/policy'
import type { HostOffice } from './host_desk'
import type { LogKind, Output } from './output'
import type { RoomContext } from './roster'

/** The media counters, which live in the keyring. */
export interface MediaCounters {
  sent(): Readonly<Record<string, number>>
  received(kid: number): number
}

export interface GroupContext extends RoomContext {
  readonly keys: RoomKeys
  readonly device: DeviceKeys
  readonly policy: VerifiedPolicy
  readonly displayName: string
  readonly media: MediaCounters
  /** Present on the host's own device. */
  readonly host?: HostOffice
  readonly emit: (output: Output) => void
}

/** The random nonce of an envelope names it: nobody repeats one by accident. */
export const envelopeName = (body: Uint8Array): string => b64u(body.subarray(1, 13))

/** Seals a log entry and sends it off; the sealed body, to know its echo by. */
export async function append(context: GroupContext, kind: LogKind, epoch: number, plaintext: Bytes): Promise<Bytes> {
  const body = await sealEnvelope(context.keys.envelope, context.roomId, kind, epoch, plaintext)
  context.emit({ type: 'append', kind, epoch, body })
  return body
}

export async function relayBeat(context: GroupContext, plaintext: Bytes): Promise<void> {
  context.emit({ type: 'relay', body: await sealEnvelope(context.keys.heartbeat, context.roomId, 'heartbeat', 0, plaintext) })
}

export const alarm = (context: GroupContext, code: string, more: { standing?: boolean; leafIndex?: number; detail?: string } = {}): void => {
  const { standing = false, ...rest } = more
  context.emit({ type: 'alarm', code, standing, ...rest })
}
