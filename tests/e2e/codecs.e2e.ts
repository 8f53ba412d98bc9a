/** The codec of pictures in direct calls: the best that both devices list in their sealed hello, and VP8 where one of them lists nothing better. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'puppeteer-core'
import type { Kind } from './harness/browser'
import { Person } from './harness/person'
import { until } from './harness/process'
import { Server } from './harness/server'

let server: Server
let people: Person[] = []

beforeAll(async () => {
  server = await Server.start({ relay: 'own' })
})
afterAll(async () => {
  await server?.stop()
})
afterEach(async () => {
  await Promise.all(people.map((person) => person.close()))
  people = []
})

/** As a device with so many cores; its connections are kept for `codecsOf`. */
const device =
  (cores: number) =>
  async (page: Page): Promise<void> => {
    await page.evaluateOnNewDocument((count: number) => {
      Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => count })
      const made: RTCPeerConnection[] = []
      Object.assign(window, { __made: made })
      const Original = window.RTCPeerConnection
      window.RTCPeerConnection = class extends Original {
        constructor(configuration?: RTCConfiguration) {
          super(configuration)
          made.push(this)
        }
      }
    }, cores)
  }

/** Codecs in which pictures go out and come in, by what the browser counts. */
const codecsOf = (person: Person): Promise<string[]> =>
  person.page.evaluate(async () => {
    const open = (window as unknown as { __made: RTCPeerConnection[] }).__made.filter(({ connectionState }) => connectionState === 'connected')
    const found = new Set<string>()
    for (const connection of open) {
      const stats = new Map<
        string,
        { type: string; kind?: string; codecId?: string; mimeType?: string; framesEncoded?: number; framesDecoded?: number }
      >()
      ;(await connection.getStats()).forEach((one: { id: string; type: string }) => stats.set(one.id, one))
      for (const one of stats.values())
        if (one.kind === 'video' && (one.framesEncoded ?? one.framesDecoded ?? 0) > 0)
          found.add(`${one.type.replace('-rtp', '')} ${stats.get(one.codecId ?? '')?.mimeType ?? 'unknown'}`)
    }
    return [...found].sort()
  })

async function call(kinds: readonly [Kind, Kind], cores: readonly [number, number]): Promise<[Person, Person]> {
  const link = await server.room()
  for (const [at, name, sender] of [
    [0, 'Alice', 1],
    [1, 'Bob', 14],
  ] as const) {
    const person = await Person.at(link, { kind: kinds[at], name, sender, before: device(cores[at]) })
    people.push(person)
    await person.join()
  }
  return people as [Person, Person]
}

describe('a direct call', () => {
  it.each<{ kinds: [Kind, Kind]; cores: [number, number]; codec: string }>([
    { kinds: ['chromium', 'chromium'], cores: [16, 16], codec: 'AV1' },
    { kinds: ['chromium', 'chromium'], cores: [8, 8], codec: 'VP9' },
    { kinds: ['chromium', 'firefox'], cores: [8, 8], codec: 'VP9' },
    { kinds: ['chromium', 'chromium'], cores: [8, 2], codec: 'VP8' },
  ])('of $kinds with $cores cores shows pictures in $codec', async ({ kinds, cores, codec }) => {
    const [alice, bob] = await call(kinds, cores)
    await Promise.all([alice.seesAndHears(bob, 3), bob.seesAndHears(alice, 3)])
    for (const person of people)
      await until('pictures go both ways in that codec', 10_000, async () => {
        expect(await codecsOf(person)).toEqual([`inbound video/${codec}`, `outbound video/${codec}`])
        return true
      })
  })
})
