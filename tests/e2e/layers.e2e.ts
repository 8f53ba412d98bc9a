/** One camera in three sizes: each receiver gets the one that fits its tile, and the one that fits it next when the tile changes. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Person } from './harness/person'
import { until } from './harness/process'
import { Server } from './harness/server'

let server: Server
let people: Person[] = []

beforeAll(async () => {
  server = await Server.start()
})
afterAll(async () => {
  await server?.stop()
})
afterEach(async () => {
  await Promise.all(people.map((person) => person.close()))
  people = []
})

const LARGE = { width: 1_500, height: 1_250 }
const SMALL = { width: 420, height: 420 }
const PATIENCE_MS = 90_000

async function arrive(link: string, name: string, sender: number, width?: number): Promise<Person> {
  const person = await Person.at(link, { kind: 'chromium', name, sender, ...(width === undefined ? {} : { width }) })
  people.push(person)
  await person.join({ camera: width !== undefined })
  return person
}

/** Lines of the picture that the tile of `name` shows now; 0 without one. */
const linesOf = (viewer: Person, name: string): Promise<number> =>
  viewer.page.evaluate(
    (wanted) => [...document.querySelectorAll('video')].find((video) => (video.getAttribute('aria-label') ?? '').includes(wanted))?.videoHeight ?? 0,
    name,
  )

const gets = (viewer: Person, other: Person, what: string, fits: (lines: number) => boolean): Promise<number> =>
  until(`${viewer.name} gets ${what} of ${other.name}`, PATIENCE_MS, async () => {
    const lines = await linesOf(viewer, other.name)
    if (fits(lines)) return lines
    throw new Error(`${lines} lines`)
  })

const isLarge = (lines: number): boolean => lines >= 480
const isSmall = (lines: number): boolean => lines > 0 && lines <= 200

describe('a camera of 720 lines in a group room', () => {
  it('comes large to a large tile and small to a small one, and changes with the tile', async () => {
    const link = await server.room('group')
    const alice = await arrive(link, 'Alice', 1, 1_280)
    const bob = await arrive(link, 'Bob', 3)
    const chidi = await arrive(link, 'Chidi', 5)
    await bob.page.setViewport(LARGE)
    await chidi.page.setViewport(SMALL)
    for (const viewer of [bob, chidi]) await viewer.meets(alice)
    const large = await gets(bob, alice, 'the large picture', isLarge)
    const small = await gets(chidi, alice, 'the small picture', isSmall)
    expect(large).toBeGreaterThan(2 * small)
    for (const viewer of [bob, chidi]) await viewer.meets(alice)

    await chidi.page.setViewport(LARGE)
    await gets(chidi, alice, 'the large picture', isLarge)
    await bob.page.setViewport(SMALL)
    await gets(bob, alice, 'the small picture', isSmall)
    for (const viewer of [bob, chidi]) await viewer.meets(alice)
    expect(people.flatMap(({ pageErrors }) => pageErrors)).toEqual([])
  })
})
