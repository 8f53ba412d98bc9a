/** Keys change with everybody who comes and goes; those who stay go on seeing and hearing each other meanwhile. Prints how long a picture ever stood still. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launch } from './harness/browser'
import { gazeAt, stopGazing } from './harness/gaze'
import { Person } from './harness/person'
import { toneOf } from './harness/pattern'
import { until } from './harness/process'
import { Server } from './harness/server'

const ROUNDS = 3
/** A machine with two cores starts a page, joins and encodes beside those who look. */
const FREEZE_MS_MAX = 2_000

let server: Server
let people: Person[] = []

beforeAll(async () => {
  server = await Server.start()
})
afterAll(async () => {
  await server?.stop()
})
let isOver = false
afterEach(async () => {
  isOver = true
  await Promise.all(people.map((person) => person.close()))
  people = []
})

/** Looks at and listens to the other until told to stop: whatever is recognised must be theirs. */
async function listens(person: Person, other: Person): Promise<{ readonly strange: string[]; readonly silent_ms: number }> {
  const strange: string[] = []
  let silent_ms = 0
  let heard_ms = Date.now()
  while (!isOver) {
    const at = await person.recognise(other.name)
    const isTheirs = at !== null && at.tone_hz !== null && Math.abs(at.tone_hz - toneOf(other.sender)) < 25
    if (isTheirs) heard_ms = Date.now()
    silent_ms = Math.max(silent_ms, Date.now() - heard_ms)
    if (at && at.sender !== null && at.sender !== other.sender) strange.push(JSON.stringify(at))
    await new Promise((resolve) => setTimeout(resolve, 120))
  }
  return { strange, silent_ms }
}

const refusedFrames = async (person: Person): Promise<number> =>
  Number(/(\d[\d,]*) refused/.exec((await person.security()).values['frames'] ?? '')?.[1]?.replaceAll(',', ''))

describe('while a third person comes and goes', () => {
  it('the two who stay see and hear each other without a break, and nothing under a wrong key', async () => {
    const link = await server.room('group')
    for (const [name, sender] of [
      ['Alice', 3],
      ['Bob', 12],
    ] as const) {
      const person = await Person.at(link, { kind: 'chromium', name, sender, width: 320 })
      people.push(person)
      await person.join()
    }
    const [alice, bob] = people as [Person, Person]
    await Promise.all([alice.seesAndHears(bob, 2), bob.seesAndHears(alice, 2)])
    const codes = new Set([(await alice.security()).epochCode])
    await alice.page.evaluate(gazeAt, 'Bob')
    await bob.page.evaluate(gazeAt, 'Alice')
    isOver = false
    const watching = Promise.all([listens(alice, bob), listens(bob, alice)])
    watching.catch(() => undefined)

    const browser = await launch('chromium')
    for (let round = 0; round < ROUNDS; round++) {
      const chidi = await Person.at(link, { kind: 'chromium', name: 'Chidi', sender: 6, width: 320, browser })
      await chidi.join()
      await Promise.all([alice.meets(chidi), chidi.meets(alice), chidi.meets(bob)])
      codes.add((await alice.security()).epochCode)
      await chidi.press('button', 'Leave')
      for (const person of [alice, bob]) await until('Chidi has no tile', 15_000, async () => (await person.recognise('Chidi')) === null)
      await chidi.page.close()
      codes.add((await alice.security()).epochCode)
    }
    await browser.close()

    isOver = true
    const heard = await watching
    const seen = [await alice.page.evaluate(stopGazing, 'Bob'), await bob.page.evaluate(stopGazing, 'Alice')]
    const refused = [await refusedFrames(alice), await refusedFrames(bob)]
    console.log(
      `key switches: ${codes.size - 1}; longest freeze ${seen.map(({ longest_ms }) => longest_ms).join(' and ')} ms in ${seen.map(({ frames }) => frames).join(' and ')} pictures; longest silence ${heard.map(({ silent_ms }) => silent_ms).join(' and ')} ms; refused frames ${refused.join(' and ')}`,
    )
    expect(codes.size).toBe(2 * ROUNDS + 1)
    expect(heard.flatMap(({ strange }) => strange)).toEqual([])
    for (const { frames, longest_ms } of seen) {
      expect(frames).toBeGreaterThan(50)
      expect(longest_ms).toBeLessThan(FREEZE_MS_MAX)
    }
    for (const { silent_ms } of heard) expect(silent_ms).toBeLessThan(FREEZE_MS_MAX)
    for (const person of [alice, bob]) expect(await person.text()).not.toContain('A frame without end-to-end encryption arrived')
  })
})
