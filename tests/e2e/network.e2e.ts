/** Two people on hosts of their own, with nothing between them but the server: what crosses their cables, and what they do when a network closes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Page } from 'puppeteer-core'
import { launchOn } from './harness/browser'
import { Hosted } from './harness/hosted'
import { SERVER_ADDRESS } from './harness/network'
import { Person } from './harness/person'
import { until } from './harness/process'

const [ALICE, BOB] = [1, 2]

let server: Hosted
let people: Person[] = []

beforeEach(async () => {
  server = await Hosted.start([ALICE, BOB])
})
afterEach(async () => {
  await Promise.all(people.map((person) => person.close()))
  people = []
  await server?.stop()
})

/** Everything that a page gives its browser about the other side. */
const watchSetUp = async (page: Page): Promise<void> => {
  await page.evaluateOnNewDocument(() => {
    const seen: string[] = []
    Object.assign(window, { __setUp: seen })
    const prototype = RTCPeerConnection.prototype
    for (const name of ['setRemoteDescription', 'addIceCandidate'] as const) {
      const original = Reflect.get<RTCPeerConnection, typeof name>(prototype, name) as (...given: unknown[]) => Promise<void>
      Reflect.set(prototype, name, function (this: RTCPeerConnection, ...given: unknown[]) {
        seen.push(JSON.stringify(given))
        return original.apply(this, given)
      })
    }
  })
}
const setUpOf = (person: Person): Promise<string[]> => person.page.evaluate(() => (window as unknown as { __setUp: string[] }).__setUp)

/** As if the network let only this transport of the relay through. */
const only = async (page: Page, scheme: string): Promise<void> => {
  await page.evaluateOnNewDocument((kept: string) => {
    const Original = window.RTCPeerConnection
    window.RTCPeerConnection = class extends Original {
      constructor(configuration?: RTCConfiguration) {
        super({
          ...configuration,
          iceServers: (configuration?.iceServers ?? []).map((one) => ({ ...one, urls: [one.urls].flat().filter((url) => url.startsWith(kept)) })),
        })
      }
    }
  }, scheme)
}

async function call(before: (page: Page) => Promise<void> = watchSetUp): Promise<[Person, Person]> {
  const link = await server.room('direct')
  for (const [host, name, sender] of [
    [ALICE, 'Alice', 4],
    [BOB, 'Bob', 11],
  ] as const) {
    const browser = await launchOn(server.network, `p${host}`, 'chromium')
    people.push(await Person.at(link, { kind: 'chromium', name, sender, browser, before }))
  }
  const [alice, bob] = people as [Person, Person]
  await alice.join()
  await bob.join()
  await Promise.all([alice.seesAndHears(bob), bob.seesAndHears(alice)])
  return [alice, bob]
}

/** An address as tcpdump prints it in its summary and in its dump of bytes. */
const shapes = (address: string): string[] => {
  const hex = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  return [address, `${hex[0]}${hex[1]} ${hex[2]}${hex[3]}`]
}

describe('on a network of its own', () => {
  it('neither cable ever carries the other address, and neither set-up names it', async () => {
    const taps = [await server.network.capture(ALICE), await server.network.capture(BOB)]
    const [alice, bob] = await call()
    const [hers, his] = await Promise.all(taps.map((tap) => tap.stop()))
    for (const [seen, own, other, person] of [
      [hers, server.network.address(ALICE), server.network.address(BOB), alice],
      [his, server.network.address(BOB), server.network.address(ALICE), bob],
    ] as const) {
      expect(seen?.length).toBeGreaterThan(100_000)
      for (const shape of shapes(own)) expect(seen, 'positive control: the own address is found').toContain(shape)
      for (const shape of shapes(other)) expect(seen).not.toContain(shape)
      const setUp = await setUpOf(person)
      expect(setUp.join('\n')).toContain(SERVER_ADDRESS)
      expect(setUp.join('\n')).not.toContain(other)
    }
  })

  it('a call goes on over TCP within five seconds after UDP was blocked', async () => {
    const [alice, bob] = await call()
    server.network.blockUdp(BOB)
    const blockedAt = Date.now()
    const counter = (await alice.recognise('Bob'))?.counter
    await until('Alice sees Bob move again', 20_000, async () => {
      const now = await alice.recognise('Bob')
      return Date.now() - blockedAt > 1_500 && now?.sender === bob.sender && now.counter !== counter && now.tone_hz !== null
    })
    const gap_ms = Date.now() - blockedAt
    await Promise.all([alice.seesAndHears(bob), bob.seesAndHears(alice)])
    expect((await bob.security()).values['relay-transport']).toBe('tcp')
    expect(gap_ms).toBeLessThan(5_000)
  })

  it('a call is carried over TLS alone', async () => {
    const [alice] = await call((page) => only(page, 'turns:'))
    expect((await alice.security()).values['relay-transport']).toBe('tls')
  })
})
