/** Who is in the group: each leaf with its verified credential. A leaf whose credential does not verify makes the whole roster null. */
import type { Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import { verifyCredential, type Credential } from '../crypto/credential'
import type { Leaf } from './mls'

export interface RosterEntry {
  readonly leafIndex: number
  readonly credential: Credential
}
export type Roster = ReadonlyMap<number, RosterEntry>

export interface RoomContext {
  readonly roomId: Bytes
  readonly admit: CryptoKey
}

export const verifyLeaf = (
  leaf: { readonly identity: Bytes; readonly signatureKey: Bytes },
  groupId: Bytes,
  room: RoomContext,
): Promise<Credential | null> => verifyCredential(leaf.identity, { roomId: room.roomId, groupId, leafSignatureKey: leaf.signatureKey }, room.admit)

/** Null when a leaf's credential does not verify or two leaves are of one device. */
export async function makeRoster(leaves: readonly Leaf[], groupId: Bytes, room: RoomContext): Promise<Roster | null> {
  const credentials = await Promise.all(leaves.map((leaf) => verifyLeaf(leaf, groupId, room)))
  const roster = new Map<number, RosterEntry>()
  const devices = new Set<string>()
  for (const [at, leaf] of leaves.entries()) {
    const credential = credentials[at]
    if (!credential) return null
    devices.add(b64u(credential.devicePublicKey))
    roster.set(leaf.leafIndex, { leafIndex: leaf.leafIndex, credential })
  }
  return devices.size === leaves.length ? roster : null
}
