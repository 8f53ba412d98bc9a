/** docs/tutorial.md, step by step and word by word: a server as it comes, two browsers, and the sentences that it promises. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { en } from '../../web/app/words/en'
import { Person } from './harness/person'
import { Server } from './harness/server'

const tutorial = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'tutorial.md'), 'utf8')
const open: Array<{ stop(): Promise<void> | void }> = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop()
})

/** A sentence that the tutorial quotes; the test fails when it no longer does. */
function promised(sentence: string): string {
  expect(tutorial).toContain(sentence)
  return sentence
}

describe('the tutorial', () => {
  it('names what stands on the screen as it stands there', () => {
    const words: readonly string[] = Object.values(en)
    const named = [...tutorial.matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g)].map((found) => found[1] ?? '')
    expect(named.length).toBeGreaterThan(9)
    expect(named.filter((word) => !words.includes(word))).toEqual([])
  })

  it('can be followed', async () => {
    const server = await Server.start({ relay: 'own' })
    open.push(server)
    const link = await server.room()
    const alice = await Person.at(link, { kind: 'chromium', name: 'Alice', sender: 3 })
    open.push({ stop: () => alice.close() })
    await alice.reads('Before you go in')
    await alice.reads('Nothing is recorded here.')
    await alice.join()
    await alice.reads(promised('Private. Waiting for someone to join.'))

    const bob = await Person.at(link, { kind: 'chromium', name: 'Bob', sender: 9 })
    open.push({ stop: () => bob.close() })
    await bob.join()
    await Promise.all([alice.seesAndHears(bob, 2), bob.seesAndHears(alice, 2)])

    const readings = [await alice.security(), await bob.security()]
    for (const reading of readings) expect(reading.values['candidate-types']).toMatch(/relay/)
    const codes = readings.map((reading) => reading.epochCode)
    expect(codes[0]).toMatch(/^(\d{5} ){5}\d{5}$/)
    expect(codes[1]).toBe(codes[0])
    for (const person of [alice, bob]) {
      await person.press('button', 'Security')
      await person.press('button', 'They match')
      await person.reads(promised('Private. 2 people, both compared.'))
      await person.page.keyboard.press('Escape')
    }

    await server.kill()
    await alice.reads(promised('The server cannot be reached.'))
    await server.up()
    await Promise.all([alice.seesAndHears(bob, 2, 40_000), bob.seesAndHears(alice, 2, 40_000)])

    await alice.press('button', 'Leave')
    await alice.reads('You left the call')
    await bob.reads(/Alice (has )?left/)
    await alice.page.goto(link.replace(/#.*/, ''))
    await alice.reads('This browser no longer holds the key of this room.')
  })
})
