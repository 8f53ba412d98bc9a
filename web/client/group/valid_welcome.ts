/** Whether a Welcome may be followed (spec/5-group.md, Joining 4). */
import { equal, type Bytes } from '../bytes/bytes'
import type { GroupContext } from './context'
import { groupIdOf, leaves, ownLeaf, policyHashOf, type MlsState, type OwnKeyPackage } from './mls'
import { makeRoster, type Roster } from './roster'

/** Null unless it is the group that was asked for, under our policy, of verified people within capacity, with our own leaf in it. */
export async function welcomeRoster(state: MlsState, groupId: Bytes, keyPackage: OwnKeyPackage, context: GroupContext): Promise<Roster | null> {
  const policyHash = policyHashOf(state)
  if (!equal(groupIdOf(state), groupId) || policyHash === null || !equal(policyHash, context.policy.hash)) return null
  const roster = await makeRoster(leaves(state), groupId, context)
  const own = leaves(state).find((leaf) => leaf.leafIndex === ownLeaf(state))
  const isOurs = own !== undefined && equal(own.signatureKey, keyPackage.publicPackage.leafNode.signaturePublicKey)
  return roster !== null && isOurs && roster.size <= context.policy.policy.capacity ? roster : null
}
