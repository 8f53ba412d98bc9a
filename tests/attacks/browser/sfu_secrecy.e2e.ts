/**
 * R6 for groups, measured: every payload that an SFU got during a whole call, kept and tried. Nothing that the server has opens one, and as they are they
 * decode to nothing; with the keys of a member who was there they are pictures and sound. Who came later opens nothing of before, who left nothing of after.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bytes } from '../../../web/client/bytes/bytes'
import { fromB64u } from '../../../web/client/bytes/text'
import { toneOf } from '../../e2e/harness/pattern'
import { Person } from '../../e2e/harness/person'
import { until } from '../../e2e/harness/process'
import { leakedInMemory } from '../canary'
import { decodedSender, decodedTone } from '../decoding_page'
import { EvilServer } from '../evil_server'
import { MaliciousServer } from '../malicious_server'
import { memoryOf } from '../process_memory'
import { byStream, framesOf, Openers, type Frame } from '../sfu_dump'
import { weakenedClient } from '../weakened_client'

const open: Array<{ stop(): Promise<void> | void }> = []
let frames: readonly Frame[]
let alice: Person
let memory: readonly Buffer[]
let keys: { readonly alice: readonly Bytes[]; readonly walt: readonly Bytes[]; readonly server: readonly Bytes[] }
afterAll(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop()
})

const listening = async (page: Page): Promise<void> => {
  await page.evaluateOnNewDocument(() => {
    const heard: string[] = []
    Object.assign(window, { __keys: heard })
    new BroadcastChannel('keys').onmessage = ({ data }: MessageEvent<string>) => heard.push(data)
  })
}
const keysOf = async (person: Person): Promise<readonly Bytes[]> => {
  const told = await person.page.evaluate(() => (window as unknown as { __keys: string[] }).__keys)
  return told.flatMap((text) => fromB64u(text) ?? [])
}

async function person(link: string, name: string, sender: number): Promise<Person> {
  const made = await Person.at(link, { kind: 'chromium', name, sender, width: 160, before: listening })
  open.push({ stop: () => made.close() })
  await made.join()
  return made
}

/** Whatever could be a key in what the server got and keeps: every run of 16 bytes or more that is written in base64url, as bytes and as text. */
function possibleKeys(texts: readonly string[]): readonly Bytes[] {
  const words = new Set(texts.flatMap((text) => text.match(/[A-Za-z0-9_-]{22,}/g) ?? []))
  return [...words].flatMap((word) => [...[fromB64u(word.slice(0, 43))].filter((key) => key !== null), new TextEncoder().encode(word.slice(0, 32))])
}

beforeAll(async () => {
  const evil = await EvilServer.start()
  open.push(evil)
  const spy = await MaliciousServer.before(evil.server.port, { client: await weakenedClient('its keys are told') })
  open.push(spy)
  const link = spy.link(await evil.server.room('group'))
  const file = await evil.dump()
  await evil.keyFrames(1_000)
  alice = await person(link, 'Alice', 1)
  const bob = await person(link, 'Bob', 4)
  await bob.seesAndHears(alice, 2)
  const walt = await person(link, 'Walt', 11)
  await walt.seesAndHears(alice, 2)
  const walts = await keysOf(walt)
  await walt.press('button', 'Leave')
  await until('a key without Walt', 20_000, async () => (await keysOf(alice)).length > 3)
  await bob.seesAndHears(alice, 4)
  const stored = readdirSync(evil.server.dataFolder).flatMap((name) => {
    const path = join(evil.server.dataFolder, name)
    return statSync(path).isFile() ? [readFileSync(path)] : []
  })
  keys = {
    alice: await keysOf(alice),
    walt: [...walts, ...(await keysOf(walt))],
    server: possibleKeys([...spy.received.filter((text) => !text.includes('"body"')), ...stored.map((bytes) => bytes.toString('latin1'))]),
  }
  memory = memoryOf(evil.server.pid ?? 0)
  frames = framesOf(file)
})

/** Of each epoch, how many frames these keys open. */
async function openedByEpoch(baseKeys: readonly Bytes[]): Promise<ReadonlyMap<number, number>> {
  const openers = await Openers.of(baseKeys)
  const opened = new Map<number, number>()
  for (const frame of frames) {
    const epoch = (await openers.open(frame))?.epochBits
    if (epoch !== undefined) opened.set(epoch, (opened.get(epoch) ?? 0) + 1)
  }
  return opened
}

const text = (bytes: Bytes): string => Buffer.from(bytes).toString('base64')

/** What a decoder makes of a run of somebody's pictures and of somebody's sound. */
async function decoded(run: readonly Frame[], context: 0 | 1): Promise<number | null> {
  const bytes = run.map((frame) => text(frame.bytes))
  return context === 1 ? alice.page.evaluate(decodedSender, bytes) : alice.page.evaluate(decodedTone, bytes)
}

describe('payloads that an SFU kept', () => {
  it('are of many frames', () => {
    expect(frames.filter(({ codec }) => codec === 'opus').length).toBeGreaterThan(500)
    expect(frames.filter(({ codec }) => codec === 'vp8').length).toBeGreaterThan(150)
  })

  it('open with the keys of who was there, to pictures and tones, and are neither without', async () => {
    const openers = await Openers.of(keys.alice)
    const streams = byStream(frames).filter((stream) => stream.length > 50)
    expect(streams.length).toBeGreaterThanOrEqual(6)
    const senders = new Set<number | null>()
    for (const all of streams) {
      const context = all[0]?.codec === 'opus' ? 0 : 1
      const begin = all.findIndex(({ bytes }) => context === 0 || ((bytes[0] ?? 1) & 1) === 0)
      const sealed = all.slice(begin, begin + 25)
      const opened = await Promise.all(sealed.map(async (frame) => ({ ...frame, bytes: (await openers.open(frame))?.frame ?? frame.bytes })))
      const [without, found] = [await decoded(sealed, context), await decoded(opened, context)]
      const sender = context === 1 || found === null ? found : (found - toneOf(0)) / 200
      senders.add(sender)
      expect([1, 4, 11]).toContain(sender)
      expect(without).toBeNull()
    }
    expect(senders).toEqual(new Set([1, 4, 11]))
  })

  it('authenticate under nothing that the server has', async () => {
    const words = Object.fromEntries(keys.alice.map((key, at) => [`key ${at}`, Buffer.from(key)]))
    expect(leakedInMemory(words, memory), 'in memory').toEqual([])
    expect(keys.server.length).toBeGreaterThan(20)
    const openers = await Openers.of(keys.server)
    const some = frames.filter((_, at) => at % Math.ceil(frames.length / 12) === 0)
    for (const frame of some) expect(await openers.open(frame)).toBeNull()
  })

  it('of before somebody came and after they left stay closed to them', async () => {
    const [all, walts] = [await openedByEpoch(keys.alice), await openedByEpoch(keys.walt)]
    const opened = [...all.values()].reduce((sum, count) => sum + count, 0)
    expect(opened / frames.length).toBeGreaterThan(0.95)
    expect(walts.size).toBeGreaterThan(0)
    for (const [epoch, count] of walts) expect(count).toBe(all.get(epoch))
    const sealedIn = (isOf: (epoch: number) => boolean): number => [...all].reduce((sum, [epoch, count]) => sum + (isOf(epoch) ? count : 0), 0)
    expect(sealedIn((epoch) => epoch < Math.min(...walts.keys()))).toBeGreaterThan(50)
    expect(sealedIn((epoch) => epoch > Math.max(...walts.keys()))).toBeGreaterThan(50)
  })
})
