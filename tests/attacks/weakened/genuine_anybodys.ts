/** Goes to every group under the room's rules, whoever opened it. */
import type * as original from '../../../web/client/group/genuine'

export const ordersOfGenesis: typeof original.ordersOfGenesis = () => Promise.resolve([])
