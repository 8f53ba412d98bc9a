/**
 * An SFU that puts streams where they do not belong. In one call two people are its victims at once: one whose client lacks the defences in question and who
 * is shown what is false, and one with the product, who is not.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Person } from '../../e2e/harness/person'
import { EvilServer } from '../evil_server'
import { MaliciousServer } from '../malicious_server'
import { weakenedClient } from '../weakened_client'
import { falsities, seesAs } from '../witness'

const NOT_SEALED = 'A frame without end-to-end encryption arrived.'

let evil: EvilServer
const open: Array<{ stop(): Promise<void> | void }> = []
let alice: Person, bob: Person, vera: Person, walt: Person
/** The legs of Vera, who has the product, and of Walt, who has not. */
let victims: readonly [number, number]

async function person(link: string, name: string, sender: number): Promise<Person> {
  const made = await Person.at(link, { kind: 'chromium', name, sender, width: 160 })
  open.push({ stop: () => made.close() })
  await made.join()
  return made
}

beforeAll(async () => {
  evil = await EvilServer.start()
  open.push(evil)
  const weak = await MaliciousServer.before(evil.server.port, {
    client: await weakenedClient('any stream on any tile', 'counters are always fresh', 'lags are forgotten'),
  })
  open.push(weak)
  const link = await evil.server.room('group')
  alice = await person(link, 'Alice', 1)
  bob = await person(link, 'Bob', 4)
  await bob.meets(alice)
  vera = await person(link, 'Vera', 6)
  await vera.meets(bob)
  const veras = (await evil.legs()) - 1
  walt = await person(weak.link(link), 'Walt', 11)
  await walt.meets(vera)
  victims = [veras, (await evil.legs()) - 1]
  await evil.keyFrames(500)
})
afterAll(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop()
})

/** Everybody is honest again, and seen. */
async function over(): Promise<void> {
  await evil.does('honest', ...victims)
  await vera.meets(alice)
  await walt.meets(alice)
}

describe('an SFU', () => {
  it('streams swapped between slots', async () => {
    await evil.does('swap', ...victims)
    await seesAs(walt, bob, vera)
    expect(await falsities(vera, [alice, bob, walt], 3)).toEqual([])
    await vera.seesNothingOf(alice, 2)
    await vera.reads(NOT_SEALED)
    await over()
  })
})
