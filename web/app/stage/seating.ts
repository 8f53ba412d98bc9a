/** Who sits where: people keep their places, a newcomer takes the first free one, and the rows close up only when one is empty. */

export type Seats = ReadonlyArray<string | null>

/** `present` are device keys in order of leaf; nobody who stays is moved, unless the last seats are freed by the tail leaving. */
export function seat(seats: Seats, present: readonly string[]): Seats {
  const here = new Set(present)
  const kept: Array<string | null> = seats.map((key) => (key !== null && here.has(key) ? key : null))
  const seated = new Set(kept)
  for (const key of present) {
    if (seated.has(key)) continue
    const free = kept.indexOf(null)
    if (free === -1) kept.push(key)
    else kept[free] = key
  }
  while (kept.length > 0 && kept[kept.length - 1] === null) kept.pop()
  return wasteful(kept, present.length) ? kept.filter((key) => key !== null) : kept
}

/** Empty chairs stay until they would cost everybody a whole row. */
function wasteful(seats: Seats, people: number): boolean {
  return shape(seats.length).rows > shape(people).rows || shape(seats.length).columns > shape(people).columns
}

/** Columns and rows of a landscape grid for so many seats. */
export function shape(seats: number): { readonly columns: number; readonly rows: number } {
  const columns = Math.max(1, Math.ceil(Math.sqrt(seats)))
  return { columns, rows: Math.max(1, Math.ceil(seats / columns)) }
}

/** The same for a phone held upright. */
export function uprightShape(seats: number): { readonly columns: number; readonly rows: number } {
  const columns = seats <= 2 ? 1 : seats <= 8 ? 2 : 3
  return { columns, rows: Math.max(1, Math.ceil(seats / columns)) }
}
