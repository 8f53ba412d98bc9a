/** What to say about a problem: its own words, made particular for a device, and what it means for privacy. */
import type { DeviceKind, Problem } from '../../client/mod'
import { isWord, plain, type WordId } from '../words/words'

/** A device's problem names the device: "Your camera is used by another program." */
export function deviceProblem(kind: DeviceKind, problem: Problem): { readonly title: string; readonly advice: string } {
  const id = `${kind}.${problem.code}`
  const advice = `${id}.advice`
  return { title: isWord(id) ? plain(id) : problem.title, advice: isWord(advice) ? plain(advice) : problem.advice }
}

const meanings: Readonly<Record<string, WordId>> = {
  'integrity.fingerprint': 'meaning.fingerprint',
  'integrity.codes-differ': 'meaning.codes-differ',
  'integrity.emoji-differ': 'meaning.emoji-differ',
  'integrity.fork': 'meaning.fork',
  'integrity.withheld': 'meaning.withheld',
  'integrity.policy': 'meaning.policy',
  'local.opened-elsewhere': 'meaning.elsewhere',
  'denied.superseded': 'meaning.elsewhere',
  'local.worker-lost': 'meaning.worker-lost',
  'local.browser-unsupported': 'meaning.unsupported',
  'local.insecure-context': 'meaning.unsupported',
  'local.secret-forgotten': 'meaning.forgotten',
}

/** The sentence about privacy: of the code itself, else of whoever is to blame. */
export function meaningOf(problem: Problem): string {
  const own = meanings[problem.code]
  if (own) return plain(own)
  const blame = `meaning.${problem.code.split('.', 1)[0] ?? ''}`
  return plain(isWord(blame) ? blame : 'meaning.local')
}

export type Way = 'here' | 'again' | 'retry' | 'none'

/** Codes that another attempt with the same key in the same browser can never cure. */
const final = new Set([
  'local.link-malformed',
  'local.link-version',
  'local.insecure-context',
  'local.browser-unsupported',
  'local.secret-forgotten',
  'denied.room-or-key',
  'denied.room-gone',
  'denied.room-exists',
  'denied.removed',
  'denied.refused',
  'denied.ended',
  'denied.link-replaced',
  'denied.scope',
  'denied.origin',
  'denied.api-key',
  'integrity.policy',
  'integrity.codes-differ',
  'integrity.emoji-differ',
  'remote.version',
  'remote.not-found',
])

/** The one thing to do next. */
export function wayOn(problem: Problem): Way {
  if (final.has(problem.code)) return 'none'
  if (problem.code === 'local.opened-elsewhere' || problem.code === 'denied.superseded') return 'here'
  return problem.code.startsWith('integrity.') ? 'again' : 'retry'
}
