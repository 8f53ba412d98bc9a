/**
 * Group rooms of Chromium and Firefox, each on a host of its own: Firefox pairs no address of its own with one on loopback, whatever its settings say, so
 * that on loopback it never reaches an SFU that has no other address.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchOn, type Kind } from './harness/browser'
import { Hosted } from './harness/hosted'
import { Person } from './harness/person'

const names = ['Alice', 'Bob', 'Chidi'] as const

let server: Hosted
let people: Person[] = []

beforeAll(async () => {
  server = await Hosted.start([1, 2, 3])
})
afterAll(async () => {
  await server?.stop()
})
afterEach(async () => {
  await Promise.all(people.map((person) => person.close()))
  people = []
})

async function gather(kinds: readonly Kind[], width?: number): Promise<void> {
  const link = await server.room('group')
  for (const [at, kind] of kinds.entries()) {
    const browser = await launchOn(server.network, `p${at + 1}`, kind)
    const person = await Person.at(link, { kind, name: names[at] ?? '', sender: 4 * at + 1, browser, ...(width === undefined ? {} : { width }) })
    people.push(person)
    await person.join()
  }
}

describe('in a group room', () => {
  it.each<{ kinds: readonly Kind[]; width?: number }>([
    { kinds: ['chromium', 'firefox'], width: 1_280 },
    { kinds: ['firefox', 'chromium'] },
    { kinds: ['firefox', 'chromium', 'firefox'] },
  ])('$kinds see and hear each other', async ({ kinds, width }) => {
    await gather(kinds, width)
    for (const person of people) for (const other of people) if (other !== person) await person.seesAndHears(other, 2, 60_000)
    for (const person of people) {
      const { state, values } = await person.security()
      expect(state).toBe('unverified')
      expect(values['candidate-types']).toMatch(/host/)
    }
    expect(people.flatMap(({ pageErrors }) => pageErrors)).toEqual([])
  })
})
