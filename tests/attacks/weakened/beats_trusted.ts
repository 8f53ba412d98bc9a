/** Believes every heartbeat, whoever signed it, as often as it comes and of whichever group. */
import type * as original from '../../../web/client/group/beats'

export const isOfGroup: typeof original.isOfGroup = () => true

export class Beats {
  accept(): boolean {
    return true
  }
}
