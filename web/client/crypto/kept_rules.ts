/** A rule that this version cannot keep is not a promise it may make: such a room is not entered, and says so before anybody is let in. */
import { ProblemError } from '../problem'
import type { Policy } from './policy'

/** Raises local.rules-unsupported. */
export function requireKept(policy: Policy): void {
  if (policy.single_use) throw new ProblemError('local.rules-unsupported', 'single use')
}
