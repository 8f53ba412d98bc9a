/** Without a relay nothing that holds an address leaves before both people said yes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Page } from 'puppeteer-core'
import { Person } from './harness/person'
import { Server } from './harness/server'

let server: Server
let people: Person[] = []
beforeEach(async () => {
  server = await Server.start()
})
afterEach(async () => {
  await Promise.all(people.map((person) => person.close()))
  people = []
  await server.stop()
})

/** Counts what would make a browser gather addresses. */
const watchGathering = async (page: Page): Promise<void> => {
  await page.evaluateOnNewDocument(() => {
    const seen = { made: 0, candidates: 0 }
    Object.assign(window, { __gathering: seen })
    const Original = window.RTCPeerConnection
    window.RTCPeerConnection = class extends Original {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        seen.made++
        this.addEventListener('icecandidate', (event) => {
          if (event.candidate?.candidate) seen.candidates++
        })
      }
    }
  })
}
const gathering = (person: Person): Promise<{ made: number; candidates: number }> =>
  person.page.evaluate(() => (window as unknown as { __gathering: { made: number; candidates: number } }).__gathering)

async function two(kinds: readonly ['chromium' | 'firefox', 'chromium' | 'firefox'] = ['chromium', 'chromium']): Promise<[Person, Person]> {
  const link = await server.room()
  const alice = await Person.at(link, { kind: kinds[0], name: 'Alice', sender: 2, before: watchGathering })
  const bob = await Person.at(link, { kind: kinds[1], name: 'Bob', sender: 13, before: watchGathering })
  people.push(alice, bob)
  await alice.join()
  await bob.join()
  return [alice, bob]
}

describe.each([
  ['chromium', 'chromium'],
  ['firefox', 'chromium'],
] as const)('%s and %s without a relay', (a, b) => {
  it('both are asked first, and connect directly when both agree', async () => {
    const [alice, bob] = await two([a, b])
    await alice.find('dialog', /Direct connection/)
    await bob.find('dialog', /Direct connection/)
    await alice.press('button', 'Connect directly')
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    for (const person of [alice, bob]) expect((await gathering(person)).candidates, `${person.name} kept its addresses`).toBe(0)
    await bob.press('button', 'Connect directly')
    await Promise.all([alice.seesAndHears(bob), bob.seesAndHears(alice)])
    const reading = await alice.security()
    expect(reading.state).toBe('unverified')
    expect(reading.values['candidate-types']).not.toContain('relay')
  })
})

describe('staying private', () => {
  it('leaves chat and gathers nothing', async () => {
    const [alice, bob] = await two()
    await alice.press('button', 'Stay private')
    await bob.press('button', 'Connect directly')
    await alice.press('button', /^Chat/)
    await alice.write('textbox', 'Message', 'then let us write')
    await alice.press('button', 'Send')
    await bob.press('button', /^Chat/)
    await bob.reads('then let us write')
    await alice.seesNothingOf(bob, 2)
    for (const person of [alice, bob]) expect((await gathering(person)).candidates).toBe(0)
  })
})
