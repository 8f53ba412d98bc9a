/**
 * What the host's own device decides and signs (spec/5-group.md, Host). Only wishes stand here; they become true when a commit carries them.
 * Bounds: one row per device that was in the group or asked to be.
 */
import { b64u } from '../bytes/text'
import type { Bytes } from '../bytes/bytes'
import type { HostKey } from '../crypto/host_key'
import { signOrder, type HostOrder } from '../crypto/host_order'
import type { Joiner } from './waiting'

export interface HostOffice {
  readonly key: HostKey
  /** Devices that were in the call before it moved here: they need not be asked about again. */
  readonly welcome: readonly string[]
  /** Devices that were removed from this room. */
  readonly banned: readonly string[]
}

export type Word = 'in' | 'wait' | 'denied.room-locked' | 'denied.refused'

/** `device`: b64u of the device's key. */
export type HostDecision =
  | { readonly what: 'admit' | 'refuse' | 'remove' | 'mute'; readonly device: string }
  | { readonly what: 'lock'; readonly locked: boolean }
  | { readonly what: 'end' }

type Unsigned<T = HostOrder> = T extends HostOrder ? Omit<T, 'group_id' | 'at'> : never

export class HostDesk {
  /** Null: no wish to change it. */
  wantedLock: boolean | null = null
  readonly wantedRemovals = new Set<string>()
  private readonly admitted: Set<string>
  private readonly refused: Set<string>
  private last_ms = 0

  constructor(
    readonly office: HostOffice,
    private readonly groupId: Bytes,
  ) {
    this.admitted = new Set(office.welcome)
    this.refused = new Set(office.banned)
  }

  admit(device: string): void {
    this.refused.delete(device)
    this.admitted.add(device)
  }
  refuse(device: string): void {
    this.admitted.delete(device)
    this.refused.add(device)
  }
  /** Who is in may come back. */
  knows(devices: Iterable<string>): void {
    for (const device of devices) if (!this.refused.has(device)) this.admitted.add(device)
  }
  remove(device: string): void {
    this.refuse(device)
    this.wantedRemovals.add(device)
  }

  wordFor(joiner: Joiner, isLocked: boolean): Word {
    const device = b64u(joiner.credential.devicePublicKey)
    if (this.refused.has(device)) return 'denied.refused'
    if (this.admitted.has(device)) return 'in'
    return isLocked ? 'denied.room-locked' : 'wait'
  }

  sign(order: Unsigned, now_ms: number): Promise<Bytes> {
    this.last_ms = Math.max(Math.floor(now_ms), this.last_ms + 1)
    return signOrder({ ...order, group_id: b64u(this.groupId), at: this.last_ms }, this.office.key)
  }

  admissionOf(joiner: Joiner, now_ms: number): Promise<Bytes> {
    return this.sign({ type: 'admit', device: b64u(joiner.credential.devicePublicKey), ref: b64u(joiner.ref) }, now_ms)
  }
}
