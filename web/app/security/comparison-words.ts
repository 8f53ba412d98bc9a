/** What a run of the emoji comparison says to people, in words. */
import type { ComparingPerson, EmojiComparison } from '../../client/mod'
import { say } from '../words/words'

export const called = (person: ComparingPerson): string => (person.self ? say('emoji.you') : person.name)

/** "Bob, Chidi and Dora". */
export function listed(people: readonly ComparingPerson[]): string {
  const names = people.map(called)
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : say('emoji.and', { some: names.slice(0, -1).join(', '), last })
}

export const inState = (run: EmojiComparison, state: ComparingPerson['state']): readonly ComparingPerson[] =>
  run.people.filter((person) => person.state === state)

export const own = (run: EmojiComparison): ComparingPerson | undefined => run.people.find((person) => person.self)

/** On its way, or on the screen and without our word on it. */
export const awaits = (run: EmojiComparison | undefined): run is EmojiComparison =>
  run !== undefined && run.phase !== 'void' && !isDenied(run) && own(run)?.state !== 'match'

export const isDenied = (run: EmojiComparison): boolean => run.phase !== 'void' && inState(run, 'differ').length > 0

export function endingInWords(run: EmojiComparison): string {
  const names = listed(inState(run, 'blamed'))
  if (run.ending === 'too-slow') return say('emoji.void.too-slow', { names })
  if (run.ending === 'rules-broken') return say('emoji.void.rules-broken', { names })
  return run.ending === 'paused' ? say('emoji.void.paused', { names }) : say('emoji.void.keys-changed')
}

/** What a screen reader is told when one view of a run follows another. */
export function saidOfRun(before: EmojiComparison | undefined, after: EmojiComparison | undefined): readonly string[] {
  if (after === undefined) return []
  const isNew = before?.runId !== after.runId
  const were = new Map(isNew ? [] : before.people.map((person) => [person.leafIndex, person.state]))
  const starter = after.people.find((person) => person.leafIndex === after.startedBy)
  const started = isNew && after.phase !== 'void' && starter && !starter.self ? [say('said.compare', { name: starter.name })] : []
  const isShown = after.emoji.length > 0 && (isNew || before.emoji.length === 0)
  const shown = isShown ? [say('said.emoji', { words: after.emoji.map(({ word }) => word).join(', ') })] : []
  const ended = after.phase === 'void' && (isNew || before.phase !== 'void') ? [endingInWords(after)] : []
  const results = after.people
    .filter((person) => !person.self && were.get(person.leafIndex) !== person.state)
    .flatMap(({ name, state }) => (state === 'match' ? [say('said.match', { name })] : state === 'differ' ? [say('said.differ', { name })] : []))
  return [...started, ...shown, ...results, ...ended]
}
