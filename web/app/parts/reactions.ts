/** How reactions look and what they are called. */
import type { ReactionName } from '../../client/mod'
import { say } from '../words/words'

const signs: Readonly<Record<ReactionName, string>> = {
  thumbs_up: '👍',
  heart: '❤️',
  laugh: '😂',
  surprise: '😮',
  applause: '👏',
  party: '🎉',
}

export const reactionNames = Object.keys(signs) as readonly ReactionName[]

export function reactionSign(name: ReactionName): string {
  return signs[name]
}

export function reactionWords(name: ReactionName): string {
  return say(`reaction.${name}`)
}
