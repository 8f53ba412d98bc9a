/** Whatever a member commits is done. */
import type * as original from '../../../web/client/group/valid_commit'

export const commitRefusal: typeof original.commitRefusal = () => null
