/** The host in real browsers: the mark, a request to mute, a lock, a removal that holds, the end, and a waiting room. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Person } from './harness/person'
import { Server, type Links } from './harness/server'

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

async function come(link: string, name: string): Promise<Person> {
  const person = await Person.at(link, { kind: 'chromium', name, sender: 2 * people.length + 1, width: 320 })
  people.push(person)
  return person
}

async function enter(link: string, name: string): Promise<Person> {
  const person = await come(link, name)
  await person.join()
  return person
}

/** Asks to join and is not let in yet. */
async function knock(link: string, name: string): Promise<Person> {
  const person = await come(link, name)
  await person.prepare()
  await person.press('button', 'Join')
  return person
}

/** The verb beside this person in the panel, which is opened for it. */
async function about(host: Person, name: string, verb: string): Promise<void> {
  await host.press('button', /^People/)
  await host.pressIn('.people-row', name, verb)
}

async function three(links: Links): Promise<[Person, Person, Person]> {
  const host = await enter(links.host_link, 'Hanna')
  const bob = await enter(links.link, 'Bob')
  const carol = await enter(links.link, 'Carol')
  for (const person of [host, bob, carol]) for (const other of people) if (other !== person) await person.meets(other)
  return [host, bob, carol]
}

describe('the host of a group', () => {
  it('is marked, mutes, and removes somebody who stays out with the old link and a fresh browser', async () => {
    const links = await server.links('group')
    const [host, bob, carol] = await three(links)
    await carol.press('button', 'People')
    await carol.reads(/Hanna.*Host/)
    await carol.page.keyboard.press('Escape')

    await about(host, 'Bob', 'Ask to mute')
    await bob.reads('The host muted your microphone.')
    await bob.find('button', 'Unmute microphone')
    await carol.find('button', 'Mute microphone')
    await host.page.keyboard.press('Escape')

    await about(host, 'Bob', 'Remove')
    await host.reads(/the link they know stops working/)
    await host.press('button', 'Remove now')
    await bob.reads('You were removed from this call.')
    await host.page.keyboard.press('Escape')
    await Promise.all([host.meets(carol), carol.meets(host)])

    const again = await come(links.link, 'Bob')
    await again.reads('This link does not open a room here.')
    for (const person of [host, carol]) expect(await person.recognise('Bob')).toBeNull()

    await host.press('button', /^People/)
    const newLink = await host.valueOf('New host link')
    expect(newLink).not.toContain(links.host_link.split('#')[1])
    const late = await knock(newLink.split('.').slice(0, -1).join('.'), 'Dora')
    await late.reads('The host will let you in')
    await host.press('button', 'Admit')
    await late.find('button', 'Leave', 20_000)
    await Promise.all([late.meets(carol), carol.meets(late)])
    expect(people.flatMap(({ pageErrors }) => pageErrors)).toEqual([])
  })

  it('locks the room for who comes new, and ends the call for everybody', async () => {
    const links = await server.links('group')
    const host = await enter(links.host_link, 'Hanna')
    const bob = await enter(links.link, 'Bob')
    await host.press('button', 'People')
    await host.press('button', 'Lock room')
    await host.find('button', 'Unlock room')
    const late = await knock(links.link, 'Dora')
    await late.reads('This room is locked.', 20_000)
    await bob.page.reload()
    await bob.join()
    await host.press('button', 'End call')
    await host.press('button', 'End for everyone')
    await bob.reads('The host ended this call.')
    await host.reads('You left the call')
    const after = await come(links.link, 'Bob')
    await after.reads('This room has ended.')
  })
})

describe('a waiting room', () => {
  it('lets in whom the host admits, tells who is refused, and knows both again', async () => {
    const links = await server.links('group', '--waiting-room')
    const bob = await knock(links.link, 'Bob')
    await bob.reads('The host will let you in')
    const host = await enter(links.host_link, 'Hanna')
    await host.reads('Bob asks to come in.', 30_000)
    await host.press('button', 'Admit')
    await bob.find('button', 'Leave', 20_000)
    await Promise.all([host.meets(bob), bob.meets(host)])

    const carol = await knock(links.link, 'Carol')
    await host.reads('Carol asks to come in.')
    await host.press('button', 'Refuse')
    await carol.reads('The host did not let you in.')

    await bob.page.reload()
    await bob.join()
    await Promise.all([host.meets(bob), bob.meets(host)])
  })
})
