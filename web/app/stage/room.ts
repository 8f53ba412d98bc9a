/**
 * How the room is arranged for the person who looks at it: view, pin and places. It outlives a reconnect, since it knows people by their devices and not by
 * their leaves, and is nobody else's business.
 */
import type { CallSnapshot, Person } from '../../client/mod'
import { seat, Places, type Seats } from './seating'

export type View = 'grid' | 'speaker'

export interface Tile {
  readonly key: string
  readonly person: Person
  readonly isScreen: boolean
}

export interface Arrangement {
  /** Two people: one large, oneself in the corner. A grid. One large, the others in a strip. */
  readonly layout: 'pair' | 'grid' | 'focus'
  /** By seat; null is a place that is kept free. */
  readonly tiles: ReadonlyArray<Tile | null>
  readonly large?: string
  readonly corner?: Person
  readonly pinned?: string
  /** With one other there is nothing to choose. */
  readonly canPin: boolean
}

export class Room {
  view: View = 'grid'
  private pinned: string | undefined
  private seats: Seats = []
  private readonly places = new Places()
  private large: string | undefined

  pin(key: string): void {
    this.pinned = this.pinned === key ? undefined : key
  }

  arrange({ people, speaker, pictures }: CallSnapshot): Arrangement {
    const screens = (pictures ?? 'shown') === 'shown' ? people.filter((person) => !person.self && person.media.screen) : []
    const isPair = people.length <= 2 && screens.length === 0
    const tiles = [
      ...screens.map((person): Tile => ({ key: screenKey(person), person, isScreen: true })),
      ...people.filter((person) => !isPair || !person.self).map((person): Tile => ({ key: person.deviceKey, person, isScreen: false })),
    ]
    const byKey = new Map(tiles.map((tile) => [tile.key, tile]))
    this.seats = seat(
      this.seats,
      tiles.map(({ key }) => key),
      this.places,
    )
    this.large = isPair ? undefined : this.largeOf(byKey, people, speaker)
    const own = people.find((person) => person.self)
    return {
      layout: isPair ? 'pair' : this.large === undefined ? 'grid' : 'focus',
      tiles: this.seats.map((key) => (key === null ? null : (byKey.get(key) ?? null))),
      canPin: !isPair,
      ...(this.large === undefined ? {} : { large: this.large }),
      ...(isPair && own ? { corner: own } : {}),
      ...(this.pinned === undefined ? {} : { pinned: this.pinned }),
    }
  }

  /** Whom a person chose, else a screen, else who speaks where that is the view. A pin waits for who is away. */
  private largeOf(tiles: ReadonlyMap<string, Tile>, people: readonly Person[], speaker: string | undefined): string | undefined {
    if (this.pinned !== undefined && tiles.has(this.pinned)) return this.pinned
    const screens = [...tiles.values()].filter(({ isScreen }) => isScreen).map(({ key }) => key)
    if (screens.length > 0) return this.large !== undefined && screens.includes(this.large) ? this.large : screens[screens.length - 1]
    if (this.view === 'grid') return undefined
    if (speaker !== undefined && tiles.has(speaker)) return speaker
    if (this.large !== undefined && tiles.has(this.large)) return this.large
    return people.find((person) => !person.self)?.deviceKey
  }
}

export function screenKey(person: Person): string {
  return `${person.deviceKey}/screen`
}
