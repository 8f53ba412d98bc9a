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

describe('three people in a group room', () => {
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
  it('see and hear each other, small', async () => {
    await gather(await server.room('group'), 6, 160)
    for (const person of people) await Promise.all(others(person).map((other) => person.meets(other)))
  })
})
