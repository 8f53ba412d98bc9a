/**
 * A browser (or what sits in it) that reports things which cannot be true of a private call: the panel must turn `broken` and the picture must go.
 * Each falsification is of one reading; the control without any stays `unverified`.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startRelay, type Relay } from '../../e2e/harness/coturn'
import { Person } from '../../e2e/harness/person'
import { Server } from '../../e2e/harness/server'

let relay: Relay
let server: Server
let people: Person[] = []
beforeAll(async () => {
  relay = await startRelay()
  server = await Server.start({ relay })
})
afterAll(async () => {
  await server?.stop()
  await relay?.stop()
})
afterEach(async () => {
  await Promise.all(people.map((person) => person.close()))
  people = []
})

/** From the moment `window.__lie` is set, getStats answers with that change. */
const lying = async (page: Page): Promise<void> => {
  await page.evaluateOnNewDocument(() => {
    const original = Reflect.get<RTCPeerConnection, 'getStats'>(RTCPeerConnection.prototype, 'getStats')
    RTCPeerConnection.prototype.getStats = async function (this: RTCPeerConnection, selector?: MediaStreamTrack | null) {
      const report = await original.call(this, selector)
      const lie = (window as unknown as { __lie?: { type: string; change: Record<string, unknown> | null } }).__lie
      if (!lie) return report
      const entries = [...(report as unknown as Map<string, Record<string, unknown>>)].flatMap(
        ([id, value]): Array<[string, Record<string, unknown>]> => {
          if (value['type'] !== lie.type) return [[id, value]]
          return lie.change === null ? [] : [[id, { ...value, ...lie.change }]]
        },
      )
      return new Map(entries)
    }
  })
}

describe('falsified readings', () => {
  it.each([
    ['no cipher', { type: 'transport', change: { srtpCipher: null } }],
    ['the NULL cipher', { type: 'transport', change: { srtpCipher: 'NULL_HMAC_SHA1_80' } }],
    ['a 32-bit tag', { type: 'transport', change: { srtpCipher: 'AES_CM_128_HMAC_SHA1_32' } }],
    ['DTLS that is not connected', { type: 'transport', change: { dtlsState: 'new' } }],
    ['DTLS 1.0', { type: 'transport', change: { tlsVersion: 'FEFF' } }],
    ['no transport at all', { type: 'transport', change: null }],
    ['a host candidate in a relayed call', { type: 'local-candidate', change: { candidateType: 'host' } }],
  ])('%s turns the call broken and takes the picture away', async (_what, lie) => {
    const link = await server.room()
    const alice = await Person.at(link, { kind: 'chromium', name: 'Alice', sender: 6, before: lying })
    const bob = await Person.at(link, { kind: 'chromium', name: 'Bob', sender: 7 })
    people.push(alice, bob)
    await alice.join()
    await bob.join()
    await alice.seesAndHears(bob, 2)
    await alice.press('button', 'Security')
    await expect.poll(async () => (await alice.readSecurity()).state, { timeout: 8_000 }).toBe('unverified')
    await alice.page.evaluate((value) => {
      Object.assign(window, { __lie: value })
    }, lie)
    await expect.poll(async () => (await alice.readSecurity()).state, { timeout: 8_000 }).toBe('broken')
    await alice.seesNothingOf(bob, 2)
  })
})
