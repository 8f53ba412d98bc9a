/**
 * An SFU that puts streams where they do not belong. In one call two people are its victims at once: one whose client lacks the defences in question and who
 * is shown what is false, and one with the product, who is not.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Person } from '../../e2e/harness/person'
import { until } from '../../e2e/harness/process'
import { EvilServer } from '../evil_server'
import { MaliciousServer } from '../malicious_server'
import { weakenedClient } from '../weakened_client'
import { falsities, seesAs, seesThePast } from '../witness'

const DELAYED = 'Media is being delayed.'
const NOT_SEALED = 'A frame without end-to-end encryption arrived.'

let evil: EvilServer
const open: Array<{ stop(): Promise<void> | void }> = []
let alice: Person, bob: Person, vera: Person, walt: Person
/** The legs of Vera, who has the product, and of Walt, who has not. */
let victims: readonly [number, number]
let bobs: number
let link: string

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
    client: await weakenedClient(
      'any stream on any tile',
      'frames in any order',
      'counters are always fresh',
      'lags are forgotten',
      'keys never end',
    ),
  })
  open.push(weak)
  link = await evil.server.room('group')
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

const refusedBy = async (of: Person): Promise<number> => Number(/(\d+) refused/.exec((await of.security()).values['frames'] ?? '')?.[1] ?? 0)

const loses = (of: Person): Promise<boolean> =>
  until(`Vera loses ${of.name}`, 20_000, () =>
    vera.seesNothingOf(of, 2).then(
      () => true,
      () => false,
    ),
  )

// Also after a failure: one deed must not go on into the next.
afterEach(async () => {
  await evil.does('honest', ...victims)
  await vera.meets(alice)
  await walt.meets(alice)
})

/** Which of the first two legs is Bob's: the one without which he is not seen. */
async function holdBob(): Promise<number> {
  await evil.does('hold 0', ...victims)
  const first = await Promise.race([loses(alice).then(() => alice), loses(bob).then(() => bob)])
  if (first === bob) return 0
  await evil.does('hold 1', ...victims)
  await loses(bob)
  return 1
}

describe('an SFU', () => {
  it('streams that come late', async () => {
    await evil.does('delay 5000', ...victims)
    await vera.reads(DELAYED, 40_000)
    expect(await walt.text()).not.toContain(DELAYED)
  })

  it('streams swapped between slots', async () => {
    await evil.does('swap', ...victims)
    await seesAs(walt, bob, vera)
    expect(await falsities(vera, [alice, bob, walt], 3)).toEqual([])
    await vera.seesNothingOf(alice, 2)
    await vera.reads(NOT_SEALED)
  })

  it('every frame twice', async () => {
    const [veras, walts] = [await refusedBy(vera), await refusedBy(walt)]
    await evil.does('twice', ...victims)
    await expect.poll(() => refusedBy(vera), { timeout: 20_000 }).toBeGreaterThan(veras + 200)
    expect(await refusedBy(walt)).toBeLessThan(walts + 20)
    expect(await falsities(vera, [alice, bob, walt], 2)).toEqual([])
    await vera.meets(alice)
  })

  it('frames of some seconds ago', async () => {
    const before = await refusedBy(vera)
    await evil.does('replay 4000', ...victims)
    await seesThePast(walt, alice)
    expect(await falsities(vera, [alice, bob, walt], 5)).toEqual([])
    await vera.seesNothingOf(alice, 2)
    expect(await refusedBy(vera)).toBeGreaterThan(before + 200)
    await vera.reads(DELAYED)
  })

  it('frames in another order', async () => {
    const before = await refusedBy(vera)
    await evil.does('reorder 2000', ...victims)
    await seesThePast(walt, alice)
    expect(await falsities(vera, [alice, bob, walt], 6)).toEqual([])
    expect(await refusedBy(vera)).toBeGreaterThan(before + 100)
    await vera.reads(DELAYED)
  })

  it('frames of somebody who left, as somebody else', async () => {
    bobs = await holdBob()
    await vera.reads(DELAYED)
    await bob.press('button', 'Leave')
    await bob.reads(/You left/i)
    await until('Bob is gone', 20_000, async () => !(await vera.has('group', /Bob/)) && !(await walt.has('group', /Bob/)))
    await evil.does(`ghost ${bobs}`, ...victims)
    await seesAs(walt, bob, vera)
    expect(await falsities(vera, [alice, walt], 3)).toEqual([])
    await vera.seesNothingOf(walt, 2)
  })

  it('frames of before somebody came back', async () => {
    await bob.page.close()
    bob = await Person.at(link, { kind: 'chromium', name: 'Bob', sender: 4, width: 160, browser: bob.browser })
    await bob.join()
    await vera.meets(bob)
    await walt.meets(bob)
    await evil.does(`ghost ${bobs}`, ...victims)
    await seesThePast(walt, bob)
    expect(await falsities(vera, [alice, bob, walt], 3)).toEqual([])
    await vera.seesNothingOf(bob, 2)
  })
})
