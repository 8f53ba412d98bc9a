/** What a screen reader is told when one snapshot follows another: joins, leaves, our own devices, the state, messages. */
import type { CallSnapshot, LocalDevice, Person } from '../../client/mod'
import { reactionWords } from '../parts/reactions'
import { saidOfRun } from '../security/comparison-words'
import { say } from '../words/words'

const quotedMax = 120

/** `withMessages`: the chat is closed, so its log cannot speak for itself. */
export function said(before: CallSnapshot | undefined, after: CallSnapshot, withMessages: boolean): readonly string[] {
  if (after.phase !== 'in-call') return []
  if (!before || before.phase !== 'in-call') return [say('said.in-call'), after.security.sentence]
  return [
    ...people(before, after),
    ...own(before, after),
    ...ownGestures(before, after),
    ...network(before, after),
    ...saidOfRun(before.comparison, after.comparison),
    ...state(before, after),
    ...(withMessages ? messages(before, after) : []),
  ]
}

function people(before: CallSnapshot, after: CallSnapshot): string[] {
  const others = (snapshot: CallSnapshot): Map<string, Person> =>
    new Map(snapshot.people.filter((person) => !person.self).map((person) => [person.deviceKey, person]))
  const were = others(before)
  const are = others(after)
  const joined = [...are.values()].filter(({ deviceKey }) => !were.has(deviceKey)).map(({ name }) => say('said.joined', { name }))
  const left = [...were.values()].filter(({ deviceKey }) => !are.has(deviceKey)).map(({ name }) => say('said.left', { name }))
  const switched = [...are.values()].flatMap((person) => {
    const was = were.get(person.deviceKey)
    if (!was || was.media.microphone === person.media.microphone) return []
    return [say(person.media.microphone ? 'said.unmuted' : 'said.muted', { name: person.name })]
  })
  return [...left, ...joined, ...switched, ...[...are.values()].flatMap((person) => shown(were.get(person.deviceKey), person))]
}

/** Hands, reactions and screens of somebody who was here before. */
function shown(was: Person | undefined, person: Person): string[] {
  if (!was) return []
  const { name } = person
  const known = new Set(was.reactions?.map(({ number }) => number))
  const said = (person.reactions ?? [])
    .filter(({ number }) => !known.has(number))
    .map((one) => say('said.reaction', { name, reaction: reactionWords(one.name) }))
  if (was.hand === undefined && person.hand !== undefined) said.push(say('said.hand', { name, place: person.hand }))
  if (was.hand !== undefined && person.hand === undefined) said.push(say('said.hand-down', { name }))
  if (was.media.screen !== person.media.screen) said.push(say(person.media.screen ? 'said.screen' : 'said.screen-stop', { name }))
  return said
}

function ownGestures(before: CallSnapshot, after: CallSnapshot): string[] {
  const hand = ({ people }: CallSnapshot): boolean => people.find((person) => person.self)?.hand !== undefined
  return hand(before) === hand(after) ? [] : [say(hand(after) ? 'said.self-hand' : 'said.self-hand-down')]
}

function network({ quality: was, pictures: were }: CallSnapshot, { quality, pictures }: CallSnapshot): string[] {
  if (pictures === 'resting' && were !== 'resting') return [say('pictures.resting')]
  if (pictures === 'shown' && were === 'resting') return [say('pictures.back')]
  if (pictures !== were && (pictures === 'only-sound' || were === 'only-sound'))
    return [say(pictures === 'only-sound' ? 'said.only-sound' : 'said.pictures')]
  return quality === 'weak' && was === 'good' ? [say('network.weak')] : []
}

function own({ self: was }: CallSnapshot, { self }: CallSnapshot): string[] {
  const said: string[] = []
  if (on(was.microphone) !== on(self.microphone)) said.push(say(on(self.microphone) ? 'said.self-unmuted' : 'said.self-muted'))
  if (on(was.camera) !== on(self.camera)) said.push(say(on(self.camera) ? 'said.self-camera-on' : 'said.self-camera-off'))
  return said
}

/** A muted microphone stays open, and sends nothing. */
function on(device: LocalDevice): boolean {
  return device.live && device.wanted
}

function state(before: CallSnapshot, after: CallSnapshot): string[] {
  const said: string[] = []
  if (before.security.sentence !== after.security.sentence) said.push(after.security.sentence)
  if (before.server === 'connected' && after.server === 'reconnecting') said.push(say('said.reconnecting'))
  if (before.server === 'reconnecting' && after.server === 'connected') said.push(say('said.reconnected'))
  const known = new Set(before.notices.map(({ code }) => code))
  if (before.locked !== after.locked) said.push(say(after.locked ? 'said.locked' : 'said.unlocked'))
  const waited = new Set(before.host?.waiting.map(({ deviceKey }) => deviceKey))
  for (const { deviceKey, name } of after.host?.waiting ?? []) if (!waited.has(deviceKey)) said.push(say('said.waits', { name }))
  for (const { code, title } of after.notices) if (!known.has(code)) said.push(title)
  return said
}

function messages(before: CallSnapshot, after: CallSnapshot): string[] {
  const known = new Set(before.chat.map(({ messageId }) => messageId))
  return after.chat
    .filter((message) => !message.self && !known.has(message.messageId))
    .map(({ name, text }) => say('said.message', { name, text: shortened(text) }))
}

function shortened(text: string): string {
  const letters = [...text]
  return letters.length > quotedMax ? `${letters.slice(0, quotedMax).join('')}…` : text
}
