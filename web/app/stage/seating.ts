/** Who sits where: people keep their places, also when they come back; a newcomer takes the first free one, and the rows close up only when one is empty. */

export type Seats = ReadonlyArray<string | null>

/** Where people sat who are away. Bounds: the last 200. */
export class Places {
  private readonly left = new Map<string, number>()

  remember(key: string, at: number): void {
    this.left.delete(key)
    this.left.set(key, at)
    const oldest = this.left.keys().next().value
    if (this.left.size > PLACES_MAX && oldest !== undefined) this.left.delete(oldest)
  }

  of(key: string): number {
    return this.left.get(key) ?? -1
  }
}

const PLACES_MAX = 200

/** `present` are device keys in order of leaf; nobody who stays is moved, unless the last seats are freed by the tail leaving. */
export function seat(seats: Seats, present: readonly string[], places: Places = new Places()): Seats {
  const here = new Set(present)
  const kept: Array<string | null> = seats.map((key) => (key !== null && here.has(key) ? key : null))
  const seated = new Set(kept)
  seats.forEach((key, at) => key !== null && !here.has(key) && places.remember(key, at))
  const newcomers = present.filter((key) => !seated.has(key)).toSorted((a, b) => order(places.of(a)) - order(places.of(b)))
  for (const key of newcomers) {
    const own = places.of(key)
    while (own >= kept.length) kept.push(null)
    const free = kept[own] === null ? own : kept.indexOf(null)
    if (free === -1) kept.push(key)
    else kept[free] = key
  }
  while (kept.length > 0 && kept[kept.length - 1] === null) kept.pop()
  return wasteful(kept, present.length) ? kept.filter((key) => key !== null) : kept
}

/** Those who come back first, in their old order; then the new ones, as they came. */
const order = (place: number): number => (place < 0 ? PLACES_MAX : place)

/** Empty chairs stay until they would cost everybody a whole row. */
function wasteful(seats: Seats, people: number): boolean {
  return shape(seats.length).rows > shape(people).rows || shape(seats.length).columns > shape(people).columns
}

/** Columns and rows of a square room for so many seats. */
export function shape(seats: number): { readonly columns: number; readonly rows: number } {
  const columns = Math.max(1, Math.ceil(Math.sqrt(seats)))
  return { columns, rows: Math.max(1, Math.ceil(seats / columns)) }
}
