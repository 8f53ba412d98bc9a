/** Follows every Welcome, into whichever group, under whichever rules, and shows those of its people that can be shown. */
import type * as original from '../../../web/client/group/valid_welcome'
import { groupIdOf, leaves } from '../../../web/client/group/mls'
import { verifyLeaf, type RosterEntry } from '../../../web/client/group/roster'

export const welcomeRoster: typeof original.welcomeRoster = async (state, _groupId, _keyPackage, context) => {
  const roster = new Map<number, RosterEntry>()
  for (const leaf of leaves(state)) {
    const credential = await verifyLeaf(leaf, groupIdOf(state), context)
    if (credential) roster.set(leaf.leafIndex, { leafIndex: leaf.leafIndex, credential })
  }
  return roster
}
