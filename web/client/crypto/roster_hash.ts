/** SHA-256 over each leaf by index with its device key (spec/10-verification.md): what the epoch code and the emoji say of who is here. */
import { concat, u32, type Bytes } from '../bytes/bytes'
import { sha256 } from './labels'

export interface RosterDevice {
  readonly leafIndex: number
  readonly devicePublicKey: Bytes
}

export const byLeaf = <T extends { readonly leafIndex: number }>(members: readonly T[]): T[] => [...members].sort((a, b) => a.leafIndex - b.leafIndex)

export const rosterHash = (roster: readonly RosterDevice[]): Promise<Bytes> =>
  sha256(concat(...byLeaf(roster).flatMap((member) => [u32(member.leafIndex), member.devicePublicKey])))
