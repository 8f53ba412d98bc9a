/** HTTP to the server. Every refusal becomes a ProblemError with the server's code, or unavailable.server when nothing answers. */
import { ProblemError } from '../problem'
import { parseProblem } from '../wire/bodies'

const PATIENCE_MS = 10_000

export async function requestJson(url: string, init: RequestInit): Promise<unknown> {
  const answer = await fetch(url, {
    ...init,
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(() => null)
  if (answer === null) throw new ProblemError('unavailable.server')
  const body: unknown = await answer.json().catch(() => null)
  if (answer.ok) return body
  try {
    throw new ProblemError(parseProblem(body).code)
  } catch (error) {
    throw error instanceof ProblemError ? error : new ProblemError('unavailable.server')
  }
}
