/** Takes every key for one that something can be sealed to. */
import type * as original from '../../../web/client/group/suite'

export const canSealTo: typeof original.canSealTo = () => Promise.resolve(true)
