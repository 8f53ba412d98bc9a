/**
 * From the press on Join to the first decoded picture of the other person: two Chromiums, the real server, everything on one machine. In turn with it, in the
 * same run: a subscriber of Debian's Janus, which has no end-to-end layer and whose session is attached before the press.
 *
 *   node_modules/.bin/vitest bench --run benches/join.bench.ts        BENCH_JOINS=15 runs of each
 *
 * BENCH_BEFORE names the folder of another built client, to be measured beside this one in groups and in place of the direct way.
 */
import { createServer } from 'node:http'
import { test } from 'vitest'
import type { Browser, Page, WebWorker } from 'puppeteer-core'
import { launch } from '../tests/e2e/harness/browser'
import { startRelay } from '../tests/e2e/harness/coturn'
import { installSender } from '../tests/e2e/harness/pattern'
import { Person } from '../tests/e2e/harness/person'
import { freePort, until } from '../tests/e2e/harness/process'
import { Server } from '../tests/e2e/harness/server'
import { startJanus } from './join/janus'
import { attachJanus, publishToJanus, subscribeToJanus } from './join/janus_page'
import { quantile, steps, table } from './join/tables'
import { agreeToDirect, watchPage, watchWorker, type Marks } from './join/watch'

const RUNS = Number(process.env['BENCH_JOINS'] ?? '15')
const REST_MS = 500
const PATIENCE_MS = 20_000
const ROOM = 1

interface Way {
  readonly name: string
  /** One join, from a fresh page to the first picture. */
  run(): Promise<Marks>
  close(): Promise<void>
}
type Two = readonly [Browser, Browser]
type Delays = Record<string, number[]>

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, REST_MS))
const marksOf = (page: Page): Promise<Marks> => page.evaluate(() => (window as unknown as { __marks: Marks }).__marks)
const readMarks = (): Marks => (self as unknown as { __marks: Marks }).__marks
const readDelays = (): Delays => (self as unknown as { __delays: Delays }).__delays
const workerOf = (page: Page): Promise<WebWorker> => until('the worker is there', PATIENCE_MS, () => page.workers()[0])

const before = async (page: Page): Promise<void> => {
  await page.evaluateOnNewDocument(watchPage)
  await page.evaluateOnNewDocument(agreeToDirect)
}

/** A page at the device check, with its devices on and its worker watched. */
async function ready(link: string, name: string, sender: number, browser: Browser): Promise<{ readonly person: Person; readonly worker: WebWorker }> {
  const person = await Person.at(link, { kind: 'chromium', name, sender, before, browser })
  await person.page.bringToFront()
  await person.prepare()
  await person.page.waitForSelector('device-check video')
  const worker = await workerOf(person.page)
  await worker.evaluate(watchWorker)
  await rest()
  return { person, worker }
}

/** Alice waits in a new room; Bob comes, and sees her. Both pages are new. */
async function incamera(name: string, server: Server, [hers, his]: Two, delays: Delays, topology: 'direct' | 'group' = 'direct'): Promise<Way> {
  const links: string[] = []
  for (let i = 0; i <= RUNS; i++) links.push(await server.room(topology))
  return {
    name,
    async run() {
      const link = links.pop() ?? ''
      const alice = await ready(link, 'Alice', 3, hers)
      await alice.person.press('button', 'Join')
      await alice.person.page.waitForSelector('person-tile')
      const bob = await ready(link, 'Bob', 9, his)
      await alice.worker.evaluate(() => (self as unknown as { __again(): void }).__again())
      await alice.person.page.evaluate(() => (window as unknown as { __clicked(): void }).__clicked())
      await bob.person.press('button', 'Join')
      await bob.person.page.evaluate(() => (window as unknown as { __firstFrame: Promise<void> }).__firstFrame)
      await rest()
      for (const [kind, values] of Object.entries(await bob.worker.evaluate(readDelays))) (delays[kind] ??= []).push(...values)
      const marks = { ...(await alice.worker.evaluate(readMarks)), ...(await marksOf(alice.person.page)) }
      const own = { ...(await bob.worker.evaluate(readMarks)), ...(await marksOf(bob.person.page)) }
      for (const { person } of [bob, alice]) await person.page.close()
      return { ...Object.fromEntries(Object.entries(marks).map(([step, at]) => [`other: ${step}`, at])), ...own }
    },
    async close() {
      const metrics = await (await fetch(`${server.origin}/metrics`)).text()
      const [sum, count] = ['sum', 'count'].map((what) => Number(new RegExp(`^incamera_batch_seconds_${what} (\\S+)`, 'm').exec(metrics)?.[1]))
      if (sum !== undefined && count) console.log(`${name}: the server wrote ${count} batches, ${((1_000 * sum) / count).toFixed(1)} ms each`)
      await server.stop()
    },
  }
}

async function janus([publishing, subscribing]: Two): Promise<Way | null> {
  const running = await startJanus()
  if (running === null) return null
  const http = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<!doctype html><title>Janus</title><body></body>'))
  const port = await freePort()
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
  const open = async (from: Browser): Promise<Page> => {
    const page = await from.newPage()
    await page.evaluateOnNewDocument(installSender, 5)
    await page.evaluateOnNewDocument(watchPage)
    await page.setViewport({ width: 1000, height: 720 })
    await page.goto(`http://127.0.0.1:${port}/`)
    await page.bringToFront()
    await page.evaluate(attachJanus, running.url)
    return page
  }
  return {
    name: 'Janus subscriber',
    async run() {
      const publisher = await open(publishing)
      const feed = await publisher.evaluate(publishToJanus, ROOM)
      const page = await open(subscribing)
      await rest()
      await page.evaluate(subscribeToJanus, ROOM, feed)
      const marks = await marksOf(page)
      for (const one of [page, publisher]) await one.close()
      return marks
    },
    async close() {
      await running.stop()
      http.close()
    },
  }
}

function report(results: ReadonlyMap<string, readonly Marks[]>, delays: Delays): void {
  const took = [...results].map(([name, runs]) => ({
    name,
    runs,
    values: runs.map((run) => (run['first frame decoded'] ?? Number.NaN) - (run['click'] ?? 0)),
  }))
  const peer = took.find(({ name }) => name.startsWith('Janus'))
  const ratio = (values: readonly number[]): string => (peer ? (quantile(values, 0.5) / quantile(peer.values, 0.5)).toFixed(2) : '–')
  const rows = took.map(({ name, values }) => [
    name,
    `${values.length}`,
    ...[0.5, 0.9].map((part) => quantile(values, part).toFixed(0)),
    ratio(values),
  ])
  console.log(`\nPress on Join → first decoded picture\n\n${table(['way', 'runs', 'median ms', 'p90 ms', '÷ Janus'], rows)}`)
  for (const { name, runs } of took) {
    const lines = steps(runs).map(([step, at_ms], i, all) => [
      step,
      at_ms.toFixed(0),
      i === 0 || step.startsWith('of') ? '' : (at_ms - all[i - 1]![1]).toFixed(0),
    ])
    console.log(`\n${name}: medians since the press\n\n${table(['step', 'ms', 'after the one before'], lines)}`)
  }
  const per = Object.entries(delays).map(([kind, values]) => [
    kind,
    `${values.length}`,
    ...[0.5, 0.9, 0.99].map((part) => quantile(values, part).toFixed(0)),
  ])
  console.log(`\nWhat the worker adds to a frame, in the browser, in a call\n\n${table(['frame', 'frames', 'median µs', 'p90 µs', 'p99 µs'], per)}\n`)
}

test('join', { timeout: 600_000 }, async () => {
  const relay = await startRelay()
  const env = { INCAMERA_ROOMS_PER_MINUTE: '1000', INCAMERA_GRANTS_PER_MINUTE: '1000', INCAMERA_SOCKETS_PER_MINUTE: '1000' }
  const older = process.env['BENCH_BEFORE']
  const browsers: Two = [await launch('chromium'), await launch('chromium')]
  const delays: Delays = {}
  const ways = [
    await incamera('incamera, relayed', await Server.start({ relay, env }), browsers, delays),
    await incamera('incamera, group', await Server.start({ env }), browsers, delays, 'group'),
    ...(older ? [await incamera('incamera, group, before', await Server.start({ env, client: older }), browsers, {}, 'group')] : []),
    older
      ? await incamera('incamera, relayed, before', await Server.start({ relay, env, client: older }), browsers, {})
      : await incamera('incamera, direct', await Server.start({ env }), browsers, delays),
    await janus(browsers),
  ].filter((way) => way !== null)
  const results = new Map<string, Marks[]>(ways.map(({ name }) => [name, []]))
  try {
    for (let run = 0; run <= RUNS; run++)
      for (const way of ways) {
        const marks = await way.run()
        // The first of each pays for what the browser loads once.
        if (run > 0) results.get(way.name)?.push(marks)
      }
  } finally {
    for (const way of ways) await way.close()
    for (const browser of browsers) await browser.close()
    await relay.stop()
  }
  report(results, delays)
})
