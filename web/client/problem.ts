/** Errors by code: the words and what to do about each stand in spec/errors.json, shared by all languages. */
import registry from '../../spec/errors.json'

/** A code of spec/errors.json with its words; `detail` adds what is particular, never secrets. */
export interface Problem {
  readonly code: string
  readonly title: string
  readonly advice: string
  readonly detail?: string
}

const words: ReadonlyMap<string, { readonly title: string; readonly advice: string }> = new Map(registry.map((entry) => [entry.code, entry]))

/** `code` of spec/errors.json; `detail` holds what is particular and never a secret. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  constructor(
    readonly code: string,
    readonly detail?: string,
  ) {
    super(detail ? `${code}: ${detail}` : code)
  }
}

/** A code that nobody registered is a server's invention: it is shown as the server's mistake, not as its text. */
export function problem(code: string, detail?: string): Problem {
  const known = words.get(code) ?? words.get('unavailable.internal')
  const name = words.has(code) ? code : 'unavailable.internal'
  return { code: name, title: known?.title ?? name, advice: known?.advice ?? '', ...(detail === undefined ? {} : { detail }) }
}

export const problemOf = (error: unknown): Problem =>
  error instanceof ProblemError ? problem(error.code, error.detail) : problem('unavailable.internal')
