/** `make serve` and nothing else: calls through the server's own relay, whichever way a network leaves open. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'puppeteer-core'
import type { Kind } from './harness/browser'
import { Person } from './harness/person'
import { Server } from './harness/server'

let server: Server
let people: Person[] = []

beforeAll(async () => {
  server = await Server.start({ relay: 'own' })
})
afterAll(async () => {
  await server?.stop()
})
afterEach(async () => {
  await Promise.all(people.map((person) => person.close()))
  people = []
})

/** As if the network let this transport through and no other. */
const only =
  (transport: string) =>
  async (page: Page): Promise<void> => {
    await page.evaluateOnNewDocument((kept: string) => {
      const Original = window.RTCPeerConnection
      window.RTCPeerConnection = class extends Original {
        constructor(configuration?: RTCConfiguration) {
          const iceServers = (configuration?.iceServers ?? []).map((one) => ({ ...one, urls: [one.urls].flat().filter((url) => url.endsWith(kept)) }))
          super({ ...configuration, iceServers })
        }
      }
    }, transport)
  }

/** As if the network let nothing through to the relay. */
const cutOff = async (page: Page): Promise<void> => {
  await page.evaluateOnNewDocument(() => {
    const Original = window.RTCPeerConnection
    window.RTCPeerConnection = class extends Original {
      constructor(configuration?: RTCConfiguration) {
        const urls = ['turn:127.0.0.1:9?transport=udp', 'turn:127.0.0.1:9?transport=tcp']
        super({ ...configuration, iceServers: (configuration?.iceServers ?? []).map((one) => ({ ...one, urls })) })
      }
    }
  })
}

async function call(kinds: readonly [Kind, Kind], transports?: readonly [string, string]): Promise<[Person, Person]> {
  const link = await server.room()
  const before = (at: 0 | 1): { before?: (page: Page) => Promise<void> } => (transports ? { before: only(transports[at]) } : {})
  const alice = await Person.at(link, { kind: kinds[0], name: 'Alice', sender: 1, ...before(0) })
  const bob = await Person.at(link, { kind: kinds[1], name: 'Bob', sender: 14, ...before(1) })
  people.push(alice, bob)
  await alice.join()
  await bob.join()
  await Promise.all([alice.seesAndHears(bob), bob.seesAndHears(alice)])
  return [alice, bob]
}

describe('the relay that comes with the server', () => {
  it.each([
    ['chromium', 'chromium'],
    ['chromium', 'firefox'],
  ] as const)('carries a call of %s and %s, and nobody is asked to go direct', async (a, b) => {
    const [alice, bob] = await call([a, b])
    for (const person of [alice, bob]) {
      const reading = await person.security()
      expect(reading.state).toBe('unverified')
      expect(reading.values['candidate-types']).toMatch(/relay/)
      expect(reading.values['candidate-types']).not.toMatch(/host|srflx/)
      expect(await person.has('dialog', /Direct connection/)).toBe(false)
    }
  })

  it.each([
    ['tcp', 'transport=tcp', 'transport=tcp'],
    ['udp with tcp', 'transport=udp', 'transport=tcp'],
  ])('carries a call over %s', async (_name, hers, his) => {
    await call(['chromium', 'chromium'], [hers, his])
  })

  it('is said to be out of reach by whoever can not reach it, and nobody goes direct', async () => {
    const link = await server.room()
    const alice = await Person.at(link, { kind: 'chromium', name: 'Alice', sender: 1 })
    const bob = await Person.at(link, { kind: 'chromium', name: 'Bob', sender: 14, before: cutOff })
    people.push(alice, bob)
    await alice.join()
    await bob.join()
    await bob.reads('The relay cannot be reached.', 30_000)
    for (const person of people) expect(await person.has('dialog', /Direct connection/)).toBe(false)
    await Promise.all([alice.seesNothingOf(bob), bob.seesNothingOf(alice)])
    expect(await alice.text()).not.toContain('The relay cannot be reached.')
  })

  it('is alive again after the server was killed and started anew', async () => {
    const [alice, bob] = await call(['chromium', 'chromium'])
    await server.kill()
    await server.up()
    await Promise.all([alice.seesAndHears(bob, 5, 40_000), bob.seesAndHears(alice, 5, 40_000)])
  })
})
