/** A server that says what is not so, keeps what it should pass on, or brings people along that nobody invited. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startRelay, type Relay } from '../../e2e/harness/coturn'
import { Person } from '../../e2e/harness/person'
import { until } from '../../e2e/harness/process'
import { Server } from '../../e2e/harness/server'
import { leaked } from '../canary'
import { MaliciousServer, type Message, type Mischief } from '../malicious_server'
import { weakenedClient } from '../weakened_client'

let relay: Relay
let server: Server
const open: Array<{ stop(): Promise<void> | void }> = []
beforeAll(async () => {
  relay = await startRelay()
  server = await Server.start({ relay })
})
afterAll(async () => {
  await server?.stop()
  await relay?.stop()
})
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop()
})

async function behind(mischief: Mischief): Promise<MaliciousServer> {
  const liar = await MaliciousServer.before(server.port, mischief)
  open.push(liar)
  return liar
}

async function person(link: string, name: string, sender: number): Promise<Person> {
  const made = await Person.at(link, { kind: 'chromium', name, sender })
  open.push({ stop: () => made.close() })
  return made
}

async function two(links: readonly [string, string]): Promise<[Person, Person]> {
  const [alice, bob] = await Promise.all([person(links[0], 'Alexandrina', 4), person(links[1], 'Bartholomew', 11)])
  await alice.join()
  await bob.join()
  await Promise.all([alice.seesAndHears(bob, 1), bob.seesAndHears(alice, 1)])
  return [alice, bob]
}

describe('a server that says that encryption is off', () => {
  const off = { e2ee: false, encryption: 'off', sealed: false, sframe: 'disabled', require_encryption: false, recording: 'everyone' }

  it('is not believed: frames stay sealed, and so does everything else', async () => {
    const liar = await behind({
      toClient: (message) => [{ ...message, ...off }],
      answer: (path, body) => (path.endsWith('/grants') ? { ...body, ...off, topology: 'group', capacity: 100 } : { ...body, ...off }),
    })
    const link = liar.link(await server.room())
    const [alice, bob] = await two([link, link])
    for (const [one, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const { state, sentence, values } = await one.security()
      expect({ state, sentence }).toEqual({ state: 'unverified', sentence: `Private. ${other.name} is not compared yet.` })
      expect(values['frames']).toMatch(/^[1-9]\d+ sent, [1-9]\d+ opened/)
      expect(await one.text()).not.toContain('A frame without end-to-end encryption arrived.')
    }
    expect(leaked({ 'a name': 'Alexandrina', SDP: 'a=ice-ufrag', candidates: 'typ relay' }, liar.received)).toEqual([])
  })
})

/** Keeps everything that others say in the group from participant 0, once it is told to, and closes the gap in the numbers. */
function withholding(): { mischief: Mischief; begin(): void; kept(): number } {
  let isOn = false
  let kept = 0
  let name: unknown
  const toClient = (message: Message): readonly Message[] => {
    if (message['type'] === 'joined') name = message['participant_id']
    if (message['type'] !== 'entry') return [message]
    if (isOn && message['kind'] === 'application' && message['from'] !== name) {
      kept++
      return []
    }
    return [{ ...message, seq: Number(message['seq']) - kept }]
  }
  return { mischief: { toClient }, begin: () => void (isOn = true), kept: () => kept }
}

describe('a server that keeps messages in the middle of a call', () => {
  /** Alice says something by way of the log: that she is mute, and that she is not. */
  async function keepsWhatAliceSays(client?: string): Promise<[Person, Person]> {
    const thief = withholding()
    const link = await server.room()
    const liar = await behind({ ...thief.mischief, ...(client === undefined ? {} : { client }) })
    const [alice, bob] = await two([link, liar.link(link)])
    thief.begin()
    await alice.press('button', 'Mute microphone')
    await alice.press('button', 'Unmute microphone')
    await until('two messages are kept', 5_000, () => thief.kept() >= 2)
    return [alice, bob]
  }

  it('goes unnoticed by a client that does not care for what was announced', async () => {
    const [alice, bob] = await keepsWhatAliceSays(await weakenedClient('lags are forgotten'))
    await bob.seesAndHears(alice, 12)
    expect((await bob.security()).state).toBe('unverified')
  })

  it('stops the call of both, with words', async () => {
    const [alice, bob] = await keepsWhatAliceSays()
    for (const one of [bob, alice]) {
      await one.reads('Stopped: messages are being withheld.', 20_000)
      expect((await one.security()).state).toBe('broken')
    }
    await Promise.all([alice.seesNothingOf(bob, 2), bob.seesNothingOf(alice, 2)])
  })
})

const GHOST = Buffer.alloc(16, 9).toString('base64url')

describe('a server that brings somebody along', () => {
  it('who has no S: whatever it writes into the log, nobody new is in the call', async () => {
    const forged = ['genesis', 'join', 'commit', 'welcome', 'application'] as const
    const seen: Message[] = []
    let added = 0
    const liar = await behind({
      toClient: (message) => {
        if (message['type'] !== 'entry') return [message]
        seen.push(message)
        return [{ ...message, seq: Number(message['seq']) + added }]
      },
    })
    const link = liar.link(await server.room())
    const [alice, bob] = await two([link, link])
    // Made up, and once more what was genuine when it was said first.
    const head = Math.max(...seen.map((message) => Number(message['seq'])))
    const ghostly = [
      ...forged.map((kind) => ({
        type: 'entry',
        kind,
        epoch: 1,
        body: Buffer.from(crypto.getRandomValues(new Uint8Array(900))).toString('base64url'),
      })),
      ...seen,
    ].map((message, at) => ({ ...message, seq: head + at + 1, from: GHOST }))
    added = ghostly.length
    liar.say(0, { type: 'presence', participant_id: GHOST, state: 'here' })
    for (const message of ghostly) liar.say(0, message)
    await alice.reads('A message was altered on the way.')
    await alice.reads('An old message was sent again.')
    await alice.seesAndHears(bob, 6)
    const { state, sentence } = await alice.security()
    expect({ state, sentence }).toEqual({ state: 'unverified', sentence: 'Private. Bartholomew is not compared yet.' })
  })

  it('who has the room id and a grant that the server gave for nothing: it is not even told the rules', async () => {
    const link = new URL(await server.room())
    const [, , hostKeyHash] = link.hash.split('.')
    const ghostLink = `${link.origin}${link.pathname}#v1.${Buffer.alloc(32, 7).toString('base64url')}.${hostKeyHash}`
    const honest = await behind({})
    const alice = await person(honest.link(link.href), 'Alexandrina', 4)
    await alice.join()
    const access = await until('the server knows `access`', 5_000, () => /\{"access":"([^"]+)"\}/.exec(honest.received.join('\n'))?.[1])
    const generous = await behind({ request: (path, body) => (path.endsWith('/grants') ? { ...body, access } : body) })
    const ghost = await person(generous.link(ghostLink), 'Ghost', 7)
    await ghost.reads("The room's rules are not the ones your link was made for.")
    expect((await alice.security()).sentence).toBe('Private. Waiting for someone to join.')
  })
})
