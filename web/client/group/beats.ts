/** Which heartbeats count (spec/5-group.md): of this group, of another member's leaf, signed by that member's device, and newer than the last. */
import { equal, type Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import type { Beat } from './heartbeat'
import type { Roster } from './roster'

export const isOfGroup = (beat: Beat, groupId: Bytes): boolean => beat.groupId === b64u(groupId)

export class Beats {
  /** By admission, not by leaf: whoever takes a leaf over counts anew. Bounds: one per admission that this group counted. */
  private readonly last = new Map<string, number>()

  /** Remembers the beat when it counts. */
  accept(beat: Beat, devicePublicKey: Bytes, roster: Roster, ownLeaf: number): boolean {
    const credential = roster.get(beat.leaf)?.credential
    if (!credential || beat.leaf === ownLeaf || !equal(credential.devicePublicKey, devicePublicKey)) return false
    const life = b64u(credential.admissionMac)
    if (beat.beat <= (this.last.get(life) ?? -1)) return false
    this.last.set(life, beat.beat)
    return true
  }
}
