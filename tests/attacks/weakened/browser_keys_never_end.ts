/** Weakened sframe/keyring: a key that was good once stays good, also of who left. */
import { Keyring as Forgetful } from '../../../web/client/sframe/keyring'

export * from '../../../web/client/sframe/keyring'

const NEVER_MS = 1e15

export class Keyring extends Forgetful {
  override addEpoch(...[epoch, exporterSecret, psk]: Parameters<Forgetful['addEpoch']>): Promise<void> {
    return super.addEpoch(epoch, exporterSecret, psk, NEVER_MS)
  }
}
