/**
 * A group in which one loses the network, on hosts of their own: socket and media are cut together and come back together. Each test prints how long the two
 * sides had to wait for each other's picture and tone.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchOn } from './harness/browser'
import { Hosted } from './harness/hosted'
import { toneOf } from './harness/pattern'
import { Person } from './harness/person'
import { until } from './harness/process'

const [ALICE, BOB] = [1, 2]
const PATIENCE_MS = 45_000

let server: Hosted
let link: string
let people: Person[] = []

beforeAll(async () => {
  server = await Hosted.start([ALICE, BOB])
})
afterAll(async () => {
  await server?.stop()
})
beforeEach(async () => {
  link = await server.room('group')
})
afterEach(async () => {
  await Promise.all(people.map((person) => person.close()))
  people = []
})

async function meet(): Promise<[Person, Person]> {
  for (const [host, name, sender] of [
    [ALICE, 'Alice', 3],
    [BOB, 'Bob', 12],
  ] as const) {
    const browser = await launchOn(server.network, `p${host}`, 'chromium')
    const before = async (page: Page): Promise<void> => void (await page.evaluateOnNewDocument(countConnections))
    const person = await Person.at(link, { kind: 'chromium', name, sender, browser, before })
    people.push(person)
    await person.join()
  }
  const [alice, bob] = people as [Person, Person]
  await Promise.all([alice.seesAndHears(bob, 2), bob.seesAndHears(alice, 2)])
  return [alice, bob]
}

/** Runs before any page script. */
function countConnections(): void {
  const counted = window as unknown as { __connections: number; RTCPeerConnection: typeof RTCPeerConnection }
  counted.__connections = 0
  counted.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given: ConstructorParameters<typeof RTCPeerConnection>) {
      super(...given)
      counted.__connections++
    }
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Milliseconds since `from_ms` until this person sees the other's picture move and hears the other's tone. */
async function metAgain(person: Person, other: Person, from_ms: number): Promise<number> {
  const counters = new Set<number>()
  return until(`${person.name} meets ${other.name} again`, PATIENCE_MS, async () => {
    const at = await person.recognise(other.name)
    if (at?.sender !== undefined && at.sender !== null) expect(at.sender, `${other.name}'s tile on ${person.name}'s screen`).toBe(other.sender)
    const isHeard = at?.tone_hz !== undefined && at.tone_hz !== null && Math.abs(at.tone_hz - toneOf(other.sender)) < 25
    if (at?.sender === other.sender && at.counter !== null && isHeard) counters.add(at.counter)
    if (counters.size >= 3) return Date.now() - from_ms
    throw new Error(`${JSON.stringify(at)} on a page that says: ${(await person.text()).slice(0, 500)}`)
  })
}

async function measure(what: string, alice: Person, bob: Person, from_ms: number): Promise<void> {
  const [hers, his] = await Promise.all([metAgain(alice, bob, from_ms), metAgain(bob, alice, from_ms)])
  console.log(`recovery: ${what}: ${hers} ms until the one who stayed saw and heard again, ${his} ms the other`)
}

/** How many connections this page has made. */
const connectionsOf = (person: Person): Promise<number> => person.page.evaluate(() => (window as unknown as { __connections: number }).__connections)

const ways = {
  unplugged: { gone: (person: number) => server.network.unplug(person), back: (person: number) => server.network.plugIn(person) },
  lost: { gone: (person: number) => server.network.lose(person), back: (person: number) => server.network.find(person) },
} as const

describe('a person whose network', () => {
  it.each([
    ['unplugged', 2],
    ['unplugged', 10],
    ['unplugged', 31],
    ['lost', 2],
    ['lost', 10],
    ['lost', 31],
  ] as const)('is %s for %i seconds comes back by itself', async (way, seconds) => {
    const [alice, bob] = await meet()
    ways[way].gone(BOB)
    await wait(seconds * 1_000)
    ways[way].back(BOB)
    await measure(`${way} for ${seconds} s`, alice, bob, Date.now())
    await Promise.all([alice.seesAndHears(bob, 3), bob.seesAndHears(alice, 3)])
    for (const person of people) expect(await person.has('dialog', /removed|ended/i)).toBe(false)
  })
})

describe('a group', () => {
  it('has somebody back who reloads, in their own tile', async () => {
    const [alice, bob] = await meet()
    const from_ms = Date.now()
    await bob.page.reload()
    await bob.join()
    await measure('page reloaded, with the press on Join', alice, bob, from_ms)
    await Promise.all([alice.seesAndHears(bob, 2), bob.seesAndHears(alice, 2)])
  })

  it('goes on when its server is killed and starts again', async () => {
    const [alice, bob] = await meet()
    await server.kill()
    await server.up()
    await measure('server killed, since it answers again', alice, bob, Date.now())
    await Promise.all([alice.seesAndHears(bob, 2), bob.seesAndHears(alice, 2)])
  })

  it('goes on without whoever leaves', async () => {
    const [alice, bob] = await meet()
    await bob.press('button', 'Leave')
    await until('Bob has no tile', 15_000, async () => (await alice.recognise('Bob')) === null)
    await alice.find('button', 'Leave')
  })
})

describe('a person with a second network', () => {
  beforeAll(() => server.network.addCable(BOB))

  it('goes on over it, on the same leg, when the first is unplugged, and over the first when that is back', async () => {
    const [alice, bob] = await meet()
    const before = await connectionsOf(bob)
    const from_ms = Date.now()
    server.network.unplug(BOB)
    await wait(500)
    await measure('one of two cables pulled', alice, bob, from_ms)
    await Promise.all([alice.seesAndHears(bob, 3), bob.seesAndHears(alice, 3)])
    expect(await connectionsOf(bob)).toBe(before)
    server.network.plugIn(BOB)
    await Promise.all([alice.seesAndHears(bob, 3), bob.seesAndHears(alice, 3)])
    expect(await connectionsOf(bob)).toBe(before)
  })
})
