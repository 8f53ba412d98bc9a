/** A rule that this version cannot keep is not a promise it may make: such a room is not entered, and says so before anybody is let in. */
import { ProblemError } from '../problem'
import type { Policy } from './policy'

/** Raises local.rules-unsupported. */
export function requireKept(policy: Policy): void {
  if (policy.single_use) throw new ProblemError('local.rules-unsupported', 'single use')
}

/** A removal makes new rules; the old ones let in without the host. Raises integrity.policy for rules older than those that were read before. */
export function requireCurrent(policy: Policy, knownGeneration: number): void {
  if (policy.generation < knownGeneration) throw new ProblemError('integrity.policy', 'older than the rules that were read before')
}
