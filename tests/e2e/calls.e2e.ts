/** Calls between two people in real browsers, through a real relay: each sees and hears the other's own picture and tone. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startRelay, type Relay } from './harness/coturn'
import { Person } from './harness/person'
import { Server } from './harness/server'
import type { Kind } from './harness/browser'

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

async function two(kinds: readonly [Kind, Kind], link: string): Promise<[Person, Person]> {
  const made = await Promise.all([
    Person.at(link, { kind: kinds[0], name: 'Alice', sender: 3 }),
    Person.at(link, { kind: kinds[1], name: 'Bob', sender: 9 }),
  ])
  people.push(...made)
  await made[0].join()
  await made[1].join()
  return [made[0], made[1]]
}

describe.each([
  ['chromium', 'chromium'],
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
] as const)('%s calls %s through the relay', (a, b) => {
  it('shows and sounds both ways, says why it is private, and carries chat', async () => {
    const [alice, bob] = await two([a, b], await server.room())
    await Promise.all([alice.seesAndHears(bob), bob.seesAndHears(alice)])

    const [hers, his] = [await alice.security(), await bob.security()]
    expect(hers.state).toBe('unverified')
    expect(his.state).toBe('unverified')
    expect(hers.epochCode).toMatch(/^(\d{5} ){5}\d{5}$/)
    expect(hers.epochCode).toBe(his.epochCode)
    for (const reading of [hers, his]) {
      expect(reading.values['dtls-state']).toContain('connected')
      expect(reading.values['tls-version']).toMatch(/DTLS 1\.[23]|FEFC|FEFD/)
      expect(reading.values['srtp-cipher']).toMatch(/AEAD_AES|AES128_CM_HMAC_SHA1_80|AES_CM_128_HMAC_SHA1_80/)
      expect(reading.values['candidate-types']).toMatch(/relay/)
      expect(reading.values['candidate-types']).not.toMatch(/host|srflx|prflx/)
    }
    const fingerprint = /(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/i
    const at = (reading: typeof hers, id: string): string =>
      fingerprint.exec(reading.values[id] ?? '')?.[0]?.toUpperCase() ?? `none in ${reading.values[id]}`
    expect(at(hers, 'remote-fingerprint')).toBe(at(his, 'local-fingerprint'))
    expect(at(his, 'remote-fingerprint')).toBe(at(hers, 'local-fingerprint'))

    await alice.press('button', /^Chat/)
    await alice.write('textbox', 'Message', 'the heron is nesting')
    await alice.press('button', 'Send')
    await bob.press('button', /^Chat/)
    await bob.reads('the heron is nesting')
    expect([...alice.pageErrors, ...bob.pageErrors]).toEqual([])
  })
})

describe('in a call', () => {
  it('muting and turning off the camera silence and darken only that person, and come back', async () => {
    const [alice, bob] = await two(['chromium', 'chromium'], await server.room())
    await bob.seesAndHears(alice)
    await alice.press('button', 'Mute microphone')
    await alice.press('button', 'Turn off camera')
    await alice.find('button', 'Unmute microphone')
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    await bob.seesNothingOf(alice)
    await alice.seesAndHears(bob, 3)
    await alice.press('button', 'Unmute microphone')
    await alice.press('button', 'Turn on camera')
    await bob.seesAndHears(alice)
  })

  it('a camera that is taken away is said so, goes dark for the other, and comes back by Try again', async () => {
    const [alice, bob] = await two(['chromium', 'chromium'], await server.room())
    await bob.seesAndHears(alice, 2)
    await alice.page.evaluate(() => {
      const given = (window as unknown as { __given: MediaStreamTrack[] }).__given
      const camera = given.find((track) => track.kind === 'video')
      camera?.stop()
      camera?.dispatchEvent(new Event('ended'))
    })
    await alice.reads('Your camera was unplugged, or its permission was withdrawn.')
    await alice.find('button', 'Turn on camera')
    const counter = async (): Promise<number | null> => (await bob.recognise('Alice'))?.counter ?? null
    await expect
      .poll(
        async () => {
          const before = await counter()
          await new Promise((resolve) => setTimeout(resolve, 600))
          return (await counter()) === before
        },
        { timeout: 8_000 },
      )
      .toBe(true)
    await alice.press('button', 'Try again')
    await bob.seesAndHears(alice, 3)
  })

  it('whoever leaves is gone at once and can come back', async () => {
    const link = await server.room()
    const [alice, bob] = await two(['chromium', 'chromium'], link)
    await alice.seesAndHears(bob, 2)
    await bob.press('button', 'Leave')
    await alice.reads(/Bob (has )?left/)
    await bob.page.goto('about:blank')
    await bob.page.goto(link)
    await bob.join()
    await Promise.all([alice.seesAndHears(bob), bob.seesAndHears(alice)])
  })

  it('a reload comes back into the call without the link', async () => {
    const [alice, bob] = await two(['chromium', 'chromium'], await server.room())
    await bob.seesAndHears(alice, 2)
    expect(await bob.page.evaluate(() => location.hash)).toBe('')
    await bob.page.reload()
    await bob.join()
    await Promise.all([alice.seesAndHears(bob), bob.seesAndHears(alice)])
  })

  it('a second tab takes over and the first one says so', async () => {
    const link = await server.room()
    const [alice, bob] = await two(['chromium', 'chromium'], link)
    await bob.seesAndHears(alice, 2)
    const again = await Person.at(link, { kind: 'chromium', name: 'Bob', sender: 9, browser: bob.browser })
    await again.join()
    await bob.reads(/opened in another tab|Opened elsewhere/i)
    await again.seesAndHears(alice)
    await alice.seesAndHears(again)
  })

  it('a third person with the link is told that the call is full', async () => {
    const link = await server.room()
    await two(['chromium', 'chromium'], link)
    const carol = await Person.at(link, { kind: 'chromium', name: 'Carol', sender: 12 })
    people.push(carol)
    await carol.write('textbox', 'Your name', 'Carol')
    await carol.press('button', 'Join')
    await carol.reads('This call is full')
  })

  it('comparing the code makes the call secure, and it is remembered', async () => {
    const [alice, bob] = await two(['chromium', 'chromium'], await server.room())
    await alice.seesAndHears(bob, 2)
    await alice.press('button', 'Security')
    await alice.press('button', 'They match')
    await expect.poll(async () => (await alice.readSecurity()).state, { timeout: 5_000 }).toBe('secure')
    await bob.page.reload()
    await bob.join()
    await alice.seesAndHears(bob, 2)
    expect((await alice.security()).state).toBe('secure')
  })
})
