/** The one sentence of state (design: how it looks and speaks). */
import type { Problem } from '../problem'
import type { PersonFacts } from './judge'

export function sentence(
  state: 'secure' | 'unverified' | 'broken',
  people: readonly PersonFacts[],
  problems: readonly Problem[],
  isLive: boolean,
  hasMedia: boolean,
): string {
  if (state === 'broken') return `Stopped: ${lower(problems[0]?.title ?? 'the readings do not add up to a private call.')}`
  if (!isLive) return 'Private. Connecting.'
  if (people.length === 0) return 'Private. Waiting for someone to join.'
  if (state === 'secure') return `Private. ${people.length + 1} people, ${people.length === 1 ? 'both' : 'all'} compared.`
  const stranger = people.find((person) => person.trust === 'new-key')
  if (stranger) return `Private. ${stranger.name} uses a device you have not compared.`
  if (people.every((person) => person.trust === 'compared')) return 'Private. Everybody is compared. Setting up picture and sound.'
  const open = people.filter((person) => person.trust !== 'compared')
  const who = open.length === 1 ? `${open[0]?.name ?? ''} is not compared yet.` : `${open.length} people are not compared yet.`
  return hasMedia ? `Private. ${who}` : `Private. ${who} Setting up picture and sound.`
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
