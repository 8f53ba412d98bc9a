/** Looks words up in the catalogue of the chosen language. Ids and the places inside a sentence are checked by the compiler. */
import { en } from './en'

export type WordId = keyof typeof en

type Places<S> = S extends `${string}{${infer Place}}${infer Rest}` ? Place | Places<Rest> : never
type Fill<Id extends WordId> = [Places<(typeof en)[Id]>] extends [never] ? [] : [Readonly<Record<Places<(typeof en)[Id]>, string | number>>]
type PluralId = WordId extends infer Id ? (Id extends `${infer Stem}.other` ? Stem : never) : never

/** A language: the same ids, other sentences. */
export type Catalogue = Readonly<Record<WordId, string>>

const catalogue: Catalogue = en
const language = 'en'
const plural = new Intl.PluralRules(language)

export function say<Id extends WordId>(id: Id, ...fill: Fill<Id>): string {
  return fillIn(catalogue[id], fill[0] ?? {})
}

/** For an id that is known only when the program runs: the sentence as it stands. */
export function plain(id: WordId): string {
  return catalogue[id]
}

/** Picks the plural form for `count` and fills it in. */
export function count(stem: PluralId, count: number): string {
  const form = `${stem}.${plural.select(count)}`
  return fillIn(isWord(form) ? catalogue[form] : catalogue[`${stem}.other`], { count })
}

export function isWord(id: string): id is WordId {
  return Object.hasOwn(catalogue, id)
}

/** Day and time as people of this language write them. */
export function moment(atMs: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(atMs)
}

export function clock(atMs: number): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(atMs)
}

function fillIn(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}
