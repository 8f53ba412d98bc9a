/** Weakened group/lag: what was announced and never came is nobody's business. */
import { Lags as Watched } from '../../../web/client/group/lag'

export { CTR_TOLERANCE, DELAYED_MS, WITHHELD_MS } from '../../../web/client/group/lag'

export class Lags extends Watched {
  override look(): { readonly overdue: readonly string[]; readonly caughtUp: readonly string[] } {
    return { overdue: [], caughtUp: [] }
  }
}
