/**
 * R7: a server that rewrites call set-up puts itself between two people. Without any defence it sees and hears both and nobody notices;
 * with any one of them alone it learns nothing or is found out; against the product it has no chance.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startRelay, type Relay } from '../../e2e/harness/coturn'
import { toneOf, type Recognised } from '../../e2e/harness/pattern'
import { Person } from '../../e2e/harness/person'
import { until } from '../../e2e/harness/process'
import { Server } from '../../e2e/harness/server'
import { MaliciousServer } from '../malicious_server'
import { ATTACKER, ManInTheMiddle } from '../man_in_the_middle'
import { weakenedClient, type Weakness } from '../weakened_client'

const signallingClear: readonly Weakness[] = ['envelopes are clear', 'payloads are clear']
const defenceless: readonly Weakness[] = [...signallingClear, 'heartbeats are believed', 'any certificate will do', 'frames are clear']
const without = (...restored: readonly Weakness[]): readonly Weakness[] => defenceless.filter((weakness) => !restored.includes(weakness))

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

interface Scene {
  readonly alice: Person
  readonly bob: Person
  readonly attacker: ManInTheMiddle
}

/** Alice and Bob in a call by way of the attacker's server; null: the product as it is. */
async function scene(weaknesses: readonly Weakness[] | null, options: { speaks?: boolean } = {}): Promise<Scene> {
  const client = weaknesses === null ? {} : { client: await weakenedClient(...weaknesses) }
  const attacker = await ManInTheMiddle.at(server.origin, relay, options)
  open.push(attacker)
  const between = await MaliciousServer.before(server.port, { ...attacker.mischief, ...client })
  open.push(between)
  const link = between.link(await server.room())
  const [alice, bob] = await Promise.all([
    Person.at(link, { kind: 'chromium', name: 'Alice', sender: 3 }),
    Person.at(link, { kind: 'chromium', name: 'Bob', sender: 12 }),
  ])
  open.push({ stop: () => alice.close() }, { stop: () => bob.close() })
  await alice.join()
  await bob.join()
  return { alice, bob, attacker }
}

const isOf = (seen: Recognised | null, sender: number): boolean =>
  seen?.sender === sender && seen.tone_hz !== null && Math.abs(seen.tone_hz - toneOf(sender)) < 25

const recovers = (attacker: ManInTheMiddle, alice: Person, bob: Person): Promise<boolean> =>
  until('the attacker sees and hears both', 20_000, async () => {
    const [hers, his] = [await attacker.sees('offerer'), await attacker.sees('answerer')]
    if (isOf(hers, alice.sender) && isOf(his, bob.sender)) return true
    throw new Error(JSON.stringify([hers, his]))
  })

/** Neither picture nor tone of either for a while. Sealed sound decodes to noise, which may come near a tone for a moment. */
async function recoversNothing(attacker: ManInTheMiddle, people: readonly [Person, Person], seconds = 3): Promise<void> {
  const heard = [0, 0]
  let looks = 0
  for (const end = Date.now() + seconds * 1000; Date.now() < end; looks++)
    for (const [at, side] of (['offerer', 'answerer'] as const).entries()) {
      const seen = await attacker.sees(side)
      expect(seen?.sender ?? null).toBeNull()
      const tone = toneOf(people[at]?.sender ?? 0)
      if (seen?.tone_hz && Math.abs(seen.tone_hz - tone) < 25) heard[at] = (heard[at] ?? 0) + 1
    }
  expect(looks).toBeGreaterThan(4)
  for (const times of heard) expect(times).toBeLessThan(looks / 4)
}

async function stopped(person: Person, why: string): Promise<void> {
  await person.reads(`Stopped: ${why}`, 20_000)
  expect((await person.security()).state).toBe('broken')
}
const STANDS_BETWEEN = 'someone stands between you: the certificate is not the one that was announced.'
const DIFFERENT_CALLS = 'the server shows us different calls.'
const WITHHELD = 'messages are being withheld.'

describe('a man in the middle', () => {
  it('of a client without any defence sees and hears both, and nobody notices', async () => {
    const { alice, bob, attacker } = await scene(defenceless)
    await recovers(attacker, alice, bob)
    await Promise.all([alice.seesAndHears(bob, 2), bob.seesAndHears(alice, 2)])
    for (const person of [alice, bob]) expect((await person.security()).state).toBe('unverified')
    expect(attacker.read).toEqual(expect.arrayContaining(['hello', 'leg_offer', 'leg_answer', 'leg_candidates']))
  })

  it('is found out by the heartbeats alone, since they say what was sent', async () => {
    const { alice, bob, attacker } = await scene(without('heartbeats are believed'))
    await Promise.all([stopped(alice, DIFFERENT_CALLS), stopped(bob, DIFFERENT_CALLS)])
    await until('the attacker loses both', 10_000, async () => {
      const seen = [await attacker.sees('offerer'), await attacker.sees('answerer')]
      return seen.every((one) => one?.tone_hz === null)
    })
  })

  it('is found out by the sealed fingerprint alone, before any frame', async () => {
    const { alice, bob, attacker } = await scene([...without('any certificate will do'), 'only the fingerprint is sealed'])
    await Promise.all([recoversNothing(attacker, [alice, bob], 4), stopped(alice, STANDS_BETWEEN), stopped(bob, STANDS_BETWEEN)])
    await alice.seesNothingOf(bob, 1)
  })

  it('gets frames that it can not read, and can not speak for anybody, when only frames are sealed', async () => {
    const { alice, bob, attacker } = await scene(without('frames are clear'), { speaks: true })
    await bob.reads('A frame without end-to-end encryption arrived.', 20_000)
    await alice.reads('A frame without end-to-end encryption arrived.', 20_000)
    await recoversNothing(attacker, [alice, bob])
    await Promise.all([alice.seesNothingOf(bob, 2), bob.seesNothingOf(alice, 2)])
    for (const [person, other] of [
      [alice, bob],
      [bob, alice],
    ] as const)
      expect((await person.recognise(other.name))?.sender ?? null).not.toBe(ATTACKER)
  })

  it('reads and changes nothing when only call set-up is sealed, and is found out when it tries', async () => {
    const { alice, bob, attacker } = await scene(without(...signallingClear))
    await Promise.all([recoversNothing(attacker, [alice, bob], 4), stopped(alice, WITHHELD), stopped(bob, WITHHELD)])
    expect(attacker.read).toEqual([])
    expect(attacker.unread).toBeGreaterThan(0)
  })

  it('of the product reads and changes nothing, and is found out when it tries', async () => {
    const { alice, bob, attacker } = await scene(null)
    await Promise.all([recoversNothing(attacker, [alice, bob], 4), stopped(alice, WITHHELD), stopped(bob, WITHHELD)])
    expect(attacker.read).toEqual([])
    expect(attacker.unread).toBeGreaterThan(0)
    await Promise.all([alice.seesNothingOf(bob, 1), bob.seesNothingOf(alice, 1)])
  })
})
