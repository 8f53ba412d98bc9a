/** Whether a Welcome may be followed (spec/5-group.md, Joining 4). */
import { equal, type Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import type { GroupContext } from './context'
import { groupIdOf, leaves, ownLeaf, policyHashOf, type MlsState, type OwnKeyPackage } from './mls'
import { makeRoster, type Roster } from './roster'
import type { OpenedOrder } from './standing'

/**
 * Null unless it is the group that was asked for, under our policy, of verified people within capacity, with our own leaf in it. In a waiting room each of
 * them must have been admitted by the host: `orders` are those that came beside the Welcome, null when they are not the host's.
 */
export async function welcomeRoster(
  state: MlsState,
  groupId: Bytes,
  keyPackage: OwnKeyPackage,
  context: GroupContext,
  orders: readonly OpenedOrder[] | null,
): Promise<Roster | null> {
  const policyHash = policyHashOf(state)
  if (!equal(groupIdOf(state), groupId) || policyHash === null || !equal(policyHash, context.policy.hash)) return null
  const roster = await makeRoster(leaves(state), groupId, context)
  const own = leaves(state).find((leaf) => leaf.leafIndex === ownLeaf(state))
  const isOurs = own !== undefined && equal(own.signatureKey, keyPackage.publicPackage.leafNode.signaturePublicKey)
  if (roster === null || !isOurs || roster.size > context.policy.policy.capacity) return null
  const admitted = new Set(orders?.flatMap(({ order }) => (order.type === 'admit' ? [order.device] : [])) ?? [])
  const isMet = [...roster.values()].every(({ credential }) => admitted.has(b64u(credential.devicePublicKey)))
  return orders === null || (context.policy.policy.waiting_room && !isMet) ? null : roster
}
