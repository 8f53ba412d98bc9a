/** Each way in which getUserMedia refuses, in words that help. */
import { problem, type Problem } from '../problem'

const codes: Readonly<Record<string, string>> = {
  NotAllowedError: 'local.device-not-allowed',
  SecurityError: 'local.device-not-allowed',
  PermissionDeniedError: 'local.device-not-allowed',
  NotFoundError: 'local.device-not-found',
  DevicesNotFoundError: 'local.device-not-found',
  NotReadableError: 'local.device-not-readable',
  AbortError: 'local.device-not-readable',
  TrackStartError: 'local.device-not-readable',
  OverconstrainedError: 'local.device-overconstrained',
  TypeError: 'local.insecure-context',
}

export function deviceProblem(error: unknown): Problem {
  const name = error instanceof Error ? error.name : ''
  return problem(codes[name] ?? 'local.device-not-readable')
}
