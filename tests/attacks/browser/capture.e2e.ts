/**
 * R6, measured: everything that the server receives, stores, logs and holds in memory during a call of two people with chat, searched for what it
 * must not know. The positive control is the same call by a client that seals nothing: the search finds each of these things in each of the places.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { startRelay } from '../../e2e/harness/coturn'
import { Person } from '../../e2e/harness/person'
import { until } from '../../e2e/harness/process'
import { Server } from '../../e2e/harness/server'
import { leaked, leakedInMemory, type Words } from '../canary'
import { MaliciousServer } from '../malicious_server'
import { memoryOf } from '../process_memory'
import { weakenedClient } from '../weakened_client'

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

interface Capture {
  /** What people said and what their browsers arranged. */
  readonly said: Words
  /** What would let somebody in. */
  readonly secrets: Words
  readonly received: readonly string[]
  readonly stored: Readonly<Record<string, string>>
  readonly logged: string
  readonly memory: readonly Buffer[]
}

/** One call with a chat on each of its ways, everything of it recorded. */
async function capture(client?: string): Promise<Capture> {
  const relay = await startRelay()
  open.push(relay)
  const server = await Server.start({ relay })
  open.push(server)
  const spy = await MaliciousServer.before(server.port, client === undefined ? {} : { client })
  open.push(spy)
  const link = spy.link(await server.room())
  const secret = new URL(link).hash.split('.')[1] ?? 'no secret in the link'
  const [alice, bob] = await Promise.all([
    Person.at(link, { kind: 'chromium', name: 'Annabellina', sender: 4 }),
    Person.at(link, { kind: 'chromium', name: 'Bartholomew', sender: 11 }),
  ])
  open.push({ stop: () => alice.close() }, { stop: () => bob.close() })
  await alice.join()
  // Nobody is there yet, so there is no data channel: this goes by way of the log.
  await alice.press('button', /^Chat/)
  await alice.write('textbox', 'Message', 'obstinate-otter-1138')
  await alice.press('button', 'Send')
  await bob.join()
  await alice.seesAndHears(bob, 2)
  await alice.write('textbox', 'Message', 'quixotic-heron-4711')
  await alice.press('button', 'Send')
  await bob.press('button', /^Chat/)
  await bob.reads('quixotic-heron-4711')
  await until('a ping', 10_000, () => spy.received.some((text) => text.includes('"ping"')))
  const fingerprint = /(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/i.exec((await alice.security()).values['local-fingerprint'] ?? '')?.[0] ?? 'no fingerprint'
  return {
    said: {
      'a name': 'Annabellina',
      'another name': 'Bartholomew',
      'chat by the log': 'obstinate-otter-1138',
      'a fingerprint': fingerprint.toUpperCase(),
      SDP: 'a=ice-ufrag',
      'SDP media': 'm=audio 9 UDP/TLS/RTP/SAVPF',
      candidates: 'typ relay',
    },
    secrets: { 'chat by the channel': 'quixotic-heron-4711', 'S in a link': secret, S: Buffer.from(secret, 'base64url') },
    received: spy.received,
    stored: Object.fromEntries(filesBelow(server.dataFolder).map((path) => [basename(path), readFileSync(path).toString('latin1')])),
    logged: server.output,
    memory: memoryOf(server.pid ?? 0),
  }
}

/** Requests, headers and messages, by shape: the list of docs and spec/7. */
function shapesOf(received: readonly string[]): string[] {
  const shapes = received.map((text) => {
    const [, method, path] = /^(GET|POST|HEAD|DELETE|OPTIONS) (\S+) \{/.exec(text) ?? []
    if (method !== undefined && path !== undefined)
      return `${method} ${path.replace(/[A-Za-z0-9_-]{22}(?=\/|$)/, '{room_id}').replace(/^\/assets\/.*/, '/assets/*')}`
    const message = JSON.parse(text) as Record<string, unknown>
    const kind = typeof message['type'] === 'string' ? message['type'] : 'body:'
    return [kind, ...Object.keys(message).filter((key) => key !== 'type' || kind === 'body:')]
      .map((word, at) => ({ word, at }))
      .sort((a, b) => (a.at === 0 ? -1 : b.at === 0 ? 1 : a.word < b.word ? -1 : 1))
      .map(({ word }) => word)
      .join(' ')
  })
  return [...new Set(shapes)].sort()
}

describe('what the server sees of a direct call', () => {
  it('is the documented list, and neither names, chat, SDP, candidates nor S', async () => {
    const { said, secrets, received, stored, logged, memory } = await capture()
    const words = { ...said, ...secrets }
    expect(received.join('').length).toBeGreaterThan(10_000)
    expect(leaked(words, received), 'received').toEqual([])

    expect(Object.keys(stored)).toEqual(expect.arrayContaining([expect.stringMatching(/\.(db|sqlite3?)$/), expect.stringMatching(/-wal$/)]))
    expect(Object.values(stored).join('').length).toBeGreaterThan(10_000)
    expect(leaked(words, Object.values(stored)), 'stored').toEqual([])

    const lines = logged.split('\n').filter((line) => !/"address"/.test(line))
    expect(leaked({ ...words, 'an address': '127.0.0.1:' }, [lines.join('\n')]), 'logged').toEqual([])

    expect(memory.reduce((sum, region) => sum + region.length, 0)).toBeGreaterThan(10_000_000)
    expect(leakedInMemory(words, memory), 'in memory').toEqual([])

    const shapes = shapesOf(received)
    const report = join(import.meta.dirname, '..', '..', '..', '.cache')
    mkdirSync(report, { recursive: true })
    writeFileSync(join(report, 'server-sees.txt'), `${shapes.join('\n')}\n`)
    expect(shapes).toEqual([
      'GET /api/signal',
      'GET /api/turn-credentials',
      'GET /assets/*',
      'GET /r/{room_id}',
      'POST /api/rooms/{room_id}/grants',
      'append body epoch kind ref',
      'body: access',
      'join grant have room_id version',
      'ping ref',
      'relay body kind',
    ])
  })

  it('is everything, when nothing is sealed: the search finds it', async () => {
    const { said, secrets, received, stored, memory } = await capture(await weakenedClient('envelopes are clear', 'payloads are clear'))
    const all = Object.keys(said)
    expect(leaked(said, received), 'received').toEqual(all)
    expect(leaked(said, Object.values(stored)), 'stored').toEqual(all)
    expect(leakedInMemory(said, memory), 'in memory').toEqual(all)
    // What never leaves the two browsers is not there even so.
    expect(leaked(secrets, received)).toEqual([])
  })
})

describe('the search', () => {
  const word = 'quixotic-heron-4711'
  const padded = `padding padding ${word} padding`
  it.each([
    ['raw', word],
    ['base64', Buffer.from(`xx${padded}`).toString('base64')],
    ['base64url in JSON', `{"body":"${Buffer.from(`xy\u{1f9a9}${padded}`).toString('base64url')}"}`],
    ['hex', Buffer.from(padded).toString('hex')],
    ['UTF-16, little end first', Buffer.from(padded, 'utf16le').toString('latin1')],
    ['UTF-16, big end first', Buffer.from(padded, 'utf16le').swap16().toString('latin1')],
    ['zlib', `before${deflateSync(padded).toString('latin1')}after`],
    ['gzip', `before${gzipSync(padded).toString('latin1')}after`],
    ['zlib in base64', deflateSync(padded).toString('base64')],
    ['raw deflate in base64', deflateRawSync(padded).toString('base64')],
    ['brotli in base64', brotliCompressSync(padded).toString('base64url')],
    ['UTF-16 in gzip in base64', gzipSync(Buffer.from(padded, 'utf16le')).toString('base64')],
  ])('finds a word that is %s', (_how, text) => {
    expect(leaked({ word }, [text])).toEqual(['word'])
  })

  it('finds bytes that are no text', () => {
    const bytes = Buffer.from('00ff80fe7f10c3a9d8deadbeef', 'hex')
    for (const text of [`a${bytes.toString('latin1')}b`, bytes.toString('base64url'), deflateSync(Buffer.concat([bytes, bytes])).toString('base64')])
      expect(leaked({ bytes }, [text])).toEqual(['bytes'])
    expect(leaked({ bytes }, ['nothing of the kind, and some more text to unpack in vain'])).toEqual([])
  })
})
