/** Group rooms in real browsers through the SFU: everybody sees and hears everybody, each in the tile of their own name. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Person } from './harness/person'
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

const names = ['Alice', 'Bob', 'Chidi', 'Dora', 'Ewa', 'Faris']

async function gather(link: string, count: number, width?: number): Promise<Person[]> {
  for (const [at, name] of names.slice(0, count).entries()) {
    const person = await Person.at(link, { kind: 'chromium', name, sender: 2 * at + 1, ...(width === undefined ? {} : { width }) })
    people.push(person)
    await person.join()
  }
  return people
}

const others = (person: Person): Person[] => people.filter((other) => other !== person)
/** One viewer after the other: the machine that runs all of these browsers has other things to do than to look at all tiles at once. */
async function everybodyMeets(seconds: number): Promise<void> {
  for (const person of people) await Promise.all(others(person).map((other) => person.seesAndHears(other, seconds)))
}

const securityOf = async (person: Person): Promise<string> => {
  const { state, sentence } = await person.readSecurity()
  return `${state}: ${sentence}`
}

/** One starts, the others open what they are invited to, all see the same seven and say so. Security stays open. */
async function everybodyCompares(): Promise<void> {
  const [first, ...rest] = people as [Person, ...Person[]]
  await first.press('button', 'Security')
  await first.press('button', 'Compare emoji')
  for (const person of rest) await person.press('button', 'Show the emoji', 30_000)
  const shown = await Promise.all(people.map((person) => person.emoji()))
  expect(new Set(shown).size).toBe(1)
  expect(shown[0]?.split(' ')).toHaveLength(14)
  for (const person of people) {
    await person.enabled('They match')
    await person.press('button', 'They match')
  }
}

const readsAll = async (wanted: string): Promise<void> => {
  for (const person of people) await expect.poll(() => securityOf(person), { timeout: 30_000 }).toBe(wanted)
}

describe('three people in a group room', () => {
  it('compare emoji once and are secure, and who joins then is named', async () => {
    const link = await server.room('group')
    await gather(link, 3, 160)
    await everybodyMeets(1)
    await everybodyCompares()
    await readsAll('secure: Private. 3 people, all compared.')
    const dora = await Person.at(link, { kind: 'chromium', name: 'Dora', sender: 7, width: 160 })
    const before = [...people]
    people.push(dora)
    await dora.join()
    for (const person of before)
      await expect.poll(() => securityOf(person), { timeout: 30_000 }).toBe('unverified: Private. Dora is not compared yet.')
    expect(people.flatMap(({ pageErrors }) => pageErrors)).toEqual([])
  })

  it('see and hear each other, know why it is private, and chat', async () => {
    const [alice, bob, chidi] = (await gather(await server.room('group'), 3)) as [Person, Person, Person]
    await everybodyMeets(2)

    const readings = [await alice.security(), await bob.security(), await chidi.security()]
    expect(new Set(readings.map(({ epochCode }) => epochCode)).size).toBe(1)
    for (const { state, sentence, values } of readings) {
      expect(state).toBe('unverified')
      expect(sentence).toMatch(/2 people are not compared yet/)
      expect(values['dtls-state']).toContain('connected')
      expect(values['srtp-cipher']).toMatch(/AEAD_AES/)
      expect(values['server-sees']).toMatch(/media pass through it/)
    }

    await chidi.press('button', /^Chat/)
    await chidi.write('textbox', 'Message', 'Hello, both of you')
    await chidi.press('button', 'Send')
    for (const person of [alice, bob]) {
      await person.press('button', /^Chat/)
      await person.reads('Hello, both of you')
    }
    expect(people.flatMap(({ pageErrors }) => pageErrors)).toEqual([])
  })

  it('go on when one leaves, and take them in again', async () => {
    const link = await server.room('group')
    const [alice, bob, chidi] = (await gather(link, 3)) as [Person, Person, Person]
    await everybodyMeets(1)
    await chidi.press('button', 'Leave')
    await chidi.reads(/left the call|You left/i)
    await Promise.all([alice.seesAndHears(bob, 2), bob.seesAndHears(alice, 2)])
    await alice.seesNothingOf(chidi, 2)
    await chidi.close()
    people = [alice, bob]
    const again = await Person.at(link, { kind: 'chromium', name: 'Chidi', sender: chidi.sender })
    people.push(again)
    await again.join()
    await everybodyMeets(1)
  })
})

describe('the server', () => {
  it('is killed and starts again, and the group goes on by itself', async () => {
    await gather(await server.room('group'), 3)
    await everybodyMeets(1)
    await server.kill()
    await server.up()
    for (const person of people) await Promise.all(others(person).map((other) => person.meets(other)))
  })
})

describe('six people', () => {
  it('see and hear each other, small, compare emoji and are secure', async () => {
    await gather(await server.room('group'), 6, 160)
    for (const person of people) await Promise.all(others(person).map((other) => person.meets(other)))
    await everybodyCompares()
    await readsAll('secure: Private. 6 people, all compared.')
  })
})
