/**
 * R6, measured: everything that the server receives, stores and logs during a call of two people with chat, searched for what it must not hold.
 * The positive control is the same search over the same words put there unsealed: the search finds them.
 */
import { readdirSync, readFileSync, statSync, writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { startRelay } from '../../e2e/harness/coturn'
import { Person } from '../../e2e/harness/person'
import { Server } from '../../e2e/harness/server'
import { leaked } from '../canary'
import { MaliciousServer } from '../malicious_server'

const open: Array<{ stop(): Promise<void> | void }> = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop()
})

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}

describe('what the server sees of a direct call', () => {
  it('is the documented list, and neither names, chat, SDP, candidates nor S', async () => {
    const relay = await startRelay()
    open.push(relay)
    const server = await Server.start({ relay })
    open.push(server)
    const spy = await MaliciousServer.before(server.port)
    open.push(spy)
    const link = spy.link(await server.room())
    const secret = new URL(link).hash.split('.')[1] ?? 'no secret in the link'
    const alice = await Person.at(link, { kind: 'chromium', name: 'Annabellina', sender: 4 })
    const bob = await Person.at(link, { kind: 'chromium', name: 'Bartholomew', sender: 11 })
    open.push({ stop: () => alice.close() }, { stop: () => bob.close() })
    await alice.join()
    await bob.join()
    await alice.seesAndHears(bob)
    await alice.press('button', /^Chat/)
    await alice.write('textbox', 'Message', 'quixotic-heron-4711')
    await alice.press('button', 'Send')
    await bob.press('button', /^Chat/)
    await bob.reads('quixotic-heron-4711')
    const reading = await alice.security()
    const fingerprint = /(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/i.exec(reading.values['local-fingerprint'] ?? '')?.[0] ?? 'no fingerprint'

    const words = {
      'a name': 'Annabellina',
      'another name': 'Bartholomew',
      chat: 'quixotic-heron-4711',
      'the secret S': secret,
      'a fingerprint': fingerprint.toUpperCase(),
      SDP: 'a=ice-ufrag',
      'SDP media': 'UDP/TLS/RTP/SAVPF',
      candidates: 'typ relay',
      'raw S': Buffer.from(secret, 'base64url').toString('latin1'),
    }
    const stored = filesBelow(server.dataFolder).map((path) => readFileSync(path).toString('latin1'))
    expect(stored.join('').length).toBeGreaterThan(10_000)
    expect(spy.received.join('').length).toBeGreaterThan(10_000)
    expect(leaked(words, spy.received), 'received').toEqual([])
    expect(leaked(words, stored), 'stored').toEqual([])
    expect(
      leaked({ ...words, 'an address': '127.0.0.1:' }, [
        server.output
          .split('\n')
          .filter((line) => !line.includes(server.origin))
          .join('\n'),
      ]),
      'logged',
    ).toEqual([])

    const shapes = new Set(
      spy.received
        .filter((text) => text.startsWith('{'))
        .map((text) => {
          const message = JSON.parse(text) as Record<string, unknown>
          return [
            String(typeof message['type'] === 'string' ? message['type'] : 'POST'),
            ...Object.keys(message)
              .filter((key) => key !== 'type')
              .sort(),
          ].join(' ')
        }),
    )
    mkdirSync(join(import.meta.dirname, '..', '..', '..', '.cache'), { recursive: true })
    writeFileSync(join(import.meta.dirname, '..', '..', '..', '.cache', 'server-sees.txt'), `${[...shapes].sort().join('\n')}\n`)
    expect([...shapes].sort()).toEqual([
      'POST access',
      'append body epoch kind ref',
      'join grant have room_id version',
      'ping ref',
      'relay body kind',
    ])

    // The positive control: the same words, unsealed and dressed up, are found, each of them.
    const dressed = Object.values(words).flatMap(
      (word, i) =>
        [
          [word],
          [`{"body":"${Buffer.from(`xx${word}yy`).toString('base64url')}"}`],
          [deflateSync(Buffer.from(`padding padding ${word} padding`)).toString('base64')],
          [Buffer.from(word, 'utf16le').toString('latin1')],
        ][i % 4] ?? [],
    )
    expect(leaked(words, dressed).sort()).toEqual(Object.keys(words).sort())
  })
})
