/**
 * A member whose browser sends frames that it must not send, in the real worker of the other: plain ones, old ones, ones of other streams and members,
 * ones under a key that is over. A receiver without the one defence in question shows them; the product shows nothing, and says so.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startRelay, type Relay } from '../../e2e/harness/coturn'
import { toneOf } from '../../e2e/harness/pattern'
import { Person } from '../../e2e/harness/person'
import { until } from '../../e2e/harness/process'
import { Server } from '../../e2e/harness/server'
import { MaliciousServer } from '../malicious_server'
import { weakenedClient, type Weakness } from '../weakened_client'

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

async function person(link: string, name: string, sender: number, weaknesses: readonly Weakness[]): Promise<Person> {
  const own = weaknesses.length === 0 ? null : await MaliciousServer.before(server.port, { client: await weakenedClient(...weaknesses) })
  if (own) open.push(own)
  const made = await Person.at(own?.link(link) ?? link, { kind: 'chromium', name, sender })
  open.push({ stop: () => made.close() })
  return made
}

/** Mallory, a member of the call, and Bob, whose screen we look at. */
async function scene(mallory: readonly Weakness[], bob: readonly Weakness[]): Promise<{ mallory: Person; bob: Person }> {
  const link = await server.room()
  const [first, second] = await Promise.all([person(link, 'Mallory', 6, mallory), person(link, 'Bob', 9, bob)])
  await first.join()
  await second.join()
  return { mallory: first, bob: second }
}

const refused = async (receiver: Person): Promise<number> =>
  Number(/(\d+) refused/.exec((await receiver.security()).values['frames'] ?? '')?.[1] ?? 0)

/** Enough that sound is among them too. */
const refuses = (receiver: Person, frames = 100): Promise<void> =>
  expect.poll(() => refused(receiver), { timeout: 20_000, interval: 250, message: 'refused frames' }).toBeGreaterThan(frames)

/** The picture goes back to what it was more than two seconds ago, and the tone is heard: the record plays. */
const showsTheRecord = (receiver: Person, sender: Person): Promise<boolean> => {
  const first = new Map<number, number>()
  return until('the old picture moves again', 20_000, async () => {
    const at = await receiver.recognise(sender.name)
    if (at?.sender !== sender.sender || at.counter === null) return false
    const before = first.get(at.counter)
    if (before === undefined) first.set(at.counter, Date.now())
    return before !== undefined && Date.now() - before > 2_000 && at.tone_hz !== null && Math.abs(at.tone_hz - toneOf(sender.sender)) < 25
  })
}

const atEpoch = (receiver: Person, epoch: number): Promise<void> =>
  expect.poll(async () => Number((await receiver.security()).values['epoch']), { timeout: 30_000 }).toBeGreaterThanOrEqual(epoch)

const NOT_SEALED = 'A frame without end-to-end encryption arrived.'

describe('frames as the encoder made them', () => {
  it('are shown by a receiver that shows what does not open', async () => {
    const { mallory, bob } = await scene(['sends plain frames'], ['unsealed frames are shown'])
    await bob.seesAndHears(mallory, 2)
  })
  it('are not shown by the product, which says so', async () => {
    const { mallory, bob } = await scene(['sends plain frames'], [])
    await bob.reads(NOT_SEALED)
    await bob.seesNothingOf(mallory, 2)
    await refuses(bob)
    await mallory.seesAndHears(bob, 1)
  })
})

describe('frames that were sent before', () => {
  it('are shown again by a receiver for which every counter is fresh', async () => {
    const { mallory, bob } = await scene(['sends old frames again'], ['counters are always fresh', 'frames in any order'])
    await showsTheRecord(bob, mallory)
  })
  it('are not shown by the product, which counts them', async () => {
    const { mallory, bob } = await scene(['sends old frames again'], [])
    await refuses(bob, 200)
    await bob.seesNothingOf(mallory, 4)
  })
})

describe('frames under the keys of another stream and another member', () => {
  it('are shown by a receiver that puts any stream on any tile', async () => {
    const { mallory, bob } = await scene(['sends under keys of other streams'], ['any stream on any tile'])
    await bob.seesAndHears(mallory, 2)
  })
  it('are not shown by the product, which says so', async () => {
    const { mallory, bob } = await scene(['sends under keys of other streams'], [])
    await bob.reads(NOT_SEALED)
    await bob.seesNothingOf(mallory, 2)
    await refuses(bob)
  })
})

describe('frames under a key that is over', () => {
  const mallorys: readonly Weakness[] = ['sends under its first key for ever', 'heals every few seconds']
  it('are shown by a receiver whose keys never end', async () => {
    const { mallory, bob } = await scene(mallorys, ['keys never end'])
    await bob.seesAndHears(mallory, 1)
    await atEpoch(bob, 3)
    await bob.seesAndHears(mallory, 2)
  })
  it('are not shown by the product', async () => {
    const { mallory, bob } = await scene(mallorys, [])
    await bob.seesAndHears(mallory, 1)
    await atEpoch(bob, 3)
    await bob.seesNothingOf(mallory, 3)
  })
})
