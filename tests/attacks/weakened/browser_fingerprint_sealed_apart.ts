/** worker/legs of a client whose descriptions anybody can rewrite, but whose fingerprints travel sealed: the product's check, alone. */
import { Legs as Checked } from '../../../web/client/worker/legs'
import { sealedDescription } from './browser_clear_copy'

export class Legs extends Checked {
  override describe(legId: string, sdp: string): boolean {
    return super.describe(legId, sealedDescription(legId) ?? sdp)
  }
}
