/** Nothing is ever overdue. */
import type * as original from '../../../web/client/group/lag'

export class Lags {
  expect(): void {
    // Whatever was announced, nobody waits for it.
  }
  look(): ReturnType<original.Lags['look']> {
    return { overdue: [], caughtUp: [] }
  }
  restart(): void {
    // Nothing is waited for.
  }
  forget(): void {
    // Nothing is waited for.
  }
}
