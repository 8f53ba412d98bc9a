/** Which geneses are of groups that one may go to (spec/5-group.md, Creation). */
import { equal } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import type { Genesis } from './bodies'
import type { GroupContext } from './context'
import { verifyLeaf } from './roster'
import { openAll, type OpenedOrder } from './standing'

/** The orders that came with it; null for a genesis that is not genuine. The tree is checked again on joining. */
export async function ordersOfGenesis(genesis: Genesis, context: GroupContext): Promise<readonly OpenedOrder[] | null> {
  // The creator's leaf key is not in the genesis, but its credential binds itself to the group.
  const leafKey = genesis.credential.slice(113, 145)
  const credential = await verifyLeaf({ identity: genesis.credential, signatureKey: leafKey }, genesis.groupId, context)
  if (!equal(genesis.policyHash, context.policy.hash) || credential === null) return null
  const orders = await openAll(genesis.admission.length > 0 ? [genesis.admission] : [], genesis.groupId, context.policy.hostPublicKey)
  const device = b64u(credential.devicePublicKey)
  const isHosts = orders?.some(({ order }) => order.type === 'admit' && order.device === device) ?? false
  return context.policy.policy.waiting_room && !isHosts ? null : orders
}
