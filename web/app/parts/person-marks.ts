/** How a person is marked where no picture is: initials on a hue of their own, and the sign of trust. */
import { html, type TemplateResult } from 'lit'
import type { Person } from '../../client/mod'
import { say, type WordId } from '../words/words'
import { icon, type IconName } from './icons'

const hues = 6

/** First letters of the first and the last word, whatever the script; at most two letters as readers count them. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean)
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words
  return ends
    .map((word) => firstLetter(word ?? ''))
    .join('')
    .toLocaleUpperCase()
}

/** Nothing joins onto the first of two of these. */
const PLAIN = /^[!-~](?:[!-~]|$)/
/** The first use of a segmenter takes as long as drawing the whole room: only who needs it waits for it. */
let graphemes: Intl.Segmenter | undefined

function firstLetter(word: string): string {
  if (PLAIN.test(word)) return word.charAt(0)
  graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  const first = graphemes.segment(word)[Symbol.iterator]().next()
  return first.done ? '' : first.value.segment
}

/** Whether they are known to be: of who is still connecting nothing is known. */
export const isMuted = ({ media, presence }: Pick<Person, 'media' | 'presence'>): boolean => !media.microphone && presence !== 'connecting'

/** The same hue for the same device on every screen. */
export function hueOf(deviceKey: string): number {
  let sum = 0
  for (const character of deviceKey) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521
  return sum % hues
}

export function avatar(person: Pick<Person, 'name' | 'deviceKey'>): TemplateResult {
  return html`<span class="avatar hue-${hueOf(person.deviceKey)}" aria-hidden="true">${initials(person.name) || icon('person')}</span>`
}

const trustSigns = { self: 'lock', compared: 'shield-check', 'not-compared': 'shield-half', 'new-key': 'shield-broken' } as const satisfies Record<
  Person['trust'],
  IconName
>
const trustWords = {
  self: 'person.self',
  compared: 'person.compared',
  'not-compared': 'person.not-compared',
  'new-key': 'person.new-key',
} as const satisfies Record<Person['trust'], WordId>

export function trustSign(person: Person): IconName {
  return trustSigns[person.trust]
}

export function trustInWords(person: Person): string {
  return say(trustWords[person.trust])
}
