/** The list of emoji of a comparison (spec/emoji.json), by number. */
import list from '../../../spec/emoji.json'

export interface Emoji {
  readonly sign: string
  readonly word: string
}

export const emojiOf = (numbers: readonly number[]): readonly Emoji[] => numbers.flatMap((number) => list[number] ?? [])
