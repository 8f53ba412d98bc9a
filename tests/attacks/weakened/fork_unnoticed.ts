/** Members who see different calls think that they are in one. */
import type * as original from '../../../web/client/group/fork'

export const isFork: typeof original.isFork = () => false
export const areOtherMessages: typeof original.areOtherMessages = () => false
