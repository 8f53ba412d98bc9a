/** Something else runs in the page and tampers with the browser's own objects in the middle of a call: the panel turns `broken` and media stops. */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startRelay, type Relay } from '../../e2e/harness/coturn'
import { Person } from '../../e2e/harness/person'
import { Server } from '../../e2e/harness/server'
import { MaliciousServer } from '../malicious_server'
import { weakenedClient } from '../weakened_client'

let relay: Relay
let server: Server
let people: Person[] = []
const open: MaliciousServer[] = []
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
  for (const thing of open.splice(0)) await thing.stop()
})

interface Prey {
  readonly __connections: RTCPeerConnection[]
}

/** Keeps every connection that the page makes at hand. */
const lurking = async (page: Page): Promise<void> => {
  await page.evaluateOnNewDocument(() => {
    const connections: RTCPeerConnection[] = []
    Object.assign(window, { __connections: connections })
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        connections.push(this)
      }
    }
  })
}

/** `client`: another client for Alice. */
async function call(client?: string): Promise<[Person, Person]> {
  const link = await server.room()
  const weak = client === undefined ? null : await MaliciousServer.before(server.port, { client })
  if (weak) open.push(weak)
  const [alice, bob] = await Promise.all([
    Person.at(weak?.link(link) ?? link, { kind: 'chromium', name: 'Alice', sender: 5, before: lurking }),
    Person.at(link, { kind: 'chromium', name: 'Bob', sender: 8 }),
  ])
  people.push(alice, bob)
  await alice.join()
  await bob.join()
  await Promise.all([alice.seesAndHears(bob, 2), bob.seesAndHears(alice, 2)])
  expect((await alice.security()).state).toBe('unverified')
  return [alice, bob]
}

async function stopsBoth(alice: Person, bob: Person, why: string): Promise<void> {
  for (const person of [alice, bob]) {
    await person.reads(`Stopped: ${why}`)
    expect((await person.security()).state).toBe('broken')
  }
  await Promise.all([alice.seesNothingOf(bob, 1), bob.seesNothingOf(alice, 1)])
}

const READINGS = "the browser's readings do not add up to a private call."

const takeOffSender = (person: Person): Promise<void> =>
  person.page.evaluate(() => {
    const sender = (window as unknown as Prey).__connections.at(-1)?.getSenders().at(1)
    if (!sender?.transform) throw new Error('no transform to take off')
    sender.transform = null
  })

describe('a script in the page', () => {
  it('that takes the transform off a sender goes unnoticed by a client that does not look', async () => {
    const [alice, bob] = await call(await weakenedClient('transforms are not looked at'))
    await takeOffSender(alice)
    await alice.seesAndHears(bob, 4)
    expect((await alice.security()).state).toBe('unverified')
  })

  it('that takes the transform off a sender stops the call of both', async () => {
    const [alice, bob] = await call()
    await takeOffSender(alice)
    await stopsBoth(alice, bob, READINGS)
  })

  it('that takes the transform off a receiver stops the call of both', async () => {
    const [alice, bob] = await call()
    await alice.page.evaluate(() => {
      const receiver = (window as unknown as Prey).__connections.at(-1)?.getReceivers().at(1)
      if (!receiver?.transform) throw new Error('no transform to take off')
      receiver.transform = null
    })
    await stopsBoth(alice, bob, READINGS)
  })

  it('that puts a transform of its own in the place of ours stops the call of both', async () => {
    const [alice, bob] = await call()
    await alice.page.evaluate(() => {
      const sender = (window as unknown as Prey).__connections.at(-1)?.getSenders().at(1)
      if (!sender) throw new Error('no sender')
      Object.defineProperty(sender, 'transform', { value: { its: 'own' } })
    })
    await stopsBoth(alice, bob, READINGS)
  })

  it('that shows another certificate than the one that DTLS used stops the call of both', async () => {
    const [alice, bob] = await call()
    await alice.page.evaluate(() => {
      const original = Reflect.get<RTCDtlsTransport, 'getRemoteCertificates'>(RTCDtlsTransport.prototype, 'getRemoteCertificates')
      RTCDtlsTransport.prototype.getRemoteCertificates = function (this: RTCDtlsTransport) {
        return original.call(this).map((certificate) => {
          const altered = new Uint8Array(certificate.slice(0))
          altered[altered.length - 1] = (altered[altered.length - 1] ?? 0) ^ 1
          return altered.buffer
        })
      }
    })
    await stopsBoth(alice, bob, 'someone stands between you: the certificate is not the one that was announced.')
  })
})
