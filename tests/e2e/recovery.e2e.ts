/** What a call survives: a cut network, a killed server, credentials that expire. */
import { afterEach, describe, it } from 'vitest'
import { startRelay, type Relay } from './harness/coturn'
import { CutTcp, CutUdp } from './harness/cut'
import { Person } from './harness/person'
import { Server } from './harness/server'

const open: Array<{ stop(): Promise<void> | void }> = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop()
})

async function call(links: readonly [string, string]): Promise<[Person, Person]> {
  const [alice, bob] = await Promise.all([
    Person.at(links[0], { kind: 'chromium', name: 'Alice', sender: 5 }),
    Person.at(links[1], { kind: 'chromium', name: 'Bob', sender: 10 }),
  ])
  open.push({ stop: () => alice.close() }, { stop: () => bob.close() })
  await alice.join()
  await bob.join()
  await Promise.all([alice.seesAndHears(bob), bob.seesAndHears(alice)])
  return [alice, bob]
}

async function relayAndServer(
  options: { relayUrls?: (relay: Relay) => Promise<string>; ttl_s?: number } = {},
): Promise<{ relay: Relay; server: Server }> {
  const relay = await startRelay()
  open.push(relay)
  const server = await Server.start({
    relay,
    ...(options.relayUrls ? { relayUrls: await options.relayUrls(relay) } : {}),
    ...(options.ttl_s ? { ttl_s: options.ttl_s } : {}),
  })
  open.push(server)
  return { relay, server }
}

describe('a call goes on', () => {
  it('after ten seconds without network on one side', async () => {
    let udp: CutUdp | undefined
    const { server } = await relayAndServer({
      relayUrls: async (relay) => {
        udp = await CutUdp.to(relay.port)
        open.push(udp)
        return `turn:127.0.0.1:${udp.port}?transport=udp`
      },
    })
    const tcp = await CutTcp.to(server.port)
    open.push(tcp)
    const link = await server.room()
    const [alice, bob] = await call([link, link.replace(`:${server.port}`, `:${tcp.port}`)])
    tcp.cut()
    udp?.cut()
    await new Promise((resolve) => setTimeout(resolve, 10_000))
    tcp.mend()
    udp?.mend()
    await Promise.all([alice.seesAndHears(bob, 5, 40_000), bob.seesAndHears(alice, 5, 40_000)])
  })

  it('while the server is killed and started again, and chat passes afterwards', async () => {
    const { server } = await relayAndServer()
    const link = await server.room()
    const [alice, bob] = await call([link, link])
    await server.kill()
    await Promise.all([alice.seesAndHears(bob, 3), bob.seesAndHears(alice, 3)])
    await server.up()
    await Promise.all([alice.seesAndHears(bob, 5, 40_000), bob.seesAndHears(alice, 5, 40_000)])
    await bob.press('button', /^Chat/)
    await bob.write('textbox', 'Message', 'still here')
    await bob.press('button', 'Send')
    await alice.press('button', /^Chat/)
    await alice.reads('still here')
    await bob.page.reload()
    await bob.join()
    await Promise.all([alice.seesAndHears(bob, 5, 40_000), bob.seesAndHears(alice, 5, 40_000)])
  })

  it('for three minutes on credentials that live sixty seconds', async () => {
    const { server, relay } = await relayAndServer({ ttl_s: 60 })
    const link = await server.room()
    const [alice, bob] = await call([link, link])
    await Promise.all([alice.seesAndHears(bob, 180), bob.seesAndHears(alice, 180)])
    const names = new Set([...relay.running.output().matchAll(/user <(\d+:[^>]+)>/g)].map((match) => match[1]))
    if (names.size < 4) throw new Error(`only ${names.size} credentials were used: ${[...names].join(', ')}`)
  }, 300_000)
})
