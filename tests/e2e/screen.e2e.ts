/** A screen shared by the browser's own capture (tests/e2e/room.e2e.ts stands one in): a tab with its own picture and sound, in a tile and under a label of its own. */
import { createServer, type Server as WebServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchSharing } from './harness/browser'
import { installSender, toneOf } from './harness/pattern'
import { Person } from './harness/person'
import { until } from './harness/process'
import { Server } from './harness/server'

const TITLE = 'Slides of Alice'
/** The sender number that the shared tab shows and sounds. */
const SLIDES = 10
const LABEL = "Alice's screen"

let server: Server
let slides: WebServer
let people: Person[] = []

beforeAll(async () => {
  server = await Server.start()
  slides = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end(`<title>${TITLE}</title><body style="margin:0;overflow:hidden;background:#000">`)
  })
  await new Promise<void>((resolve) => slides.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  slides?.close()
  await server?.stop()
})
afterEach(async () => {
  await Promise.all(people.map((person) => person.close()))
  people = []
})

/** Fills the tab with the pattern of `SLIDES` and sounds its tone; the pattern is pattern.ts' own, from `getUserMedia` as it is installed there. */
async function openSlides(person: Person): Promise<void> {
  const page = await person.browser.newPage()
  await page.evaluateOnNewDocument(installSender, SLIDES)
  await page.goto(`http://127.0.0.1:${(slides.address() as AddressInfo).port}/`)
  await page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
    const video = document.createElement('video')
    video.style.cssText = 'width:100vw;height:100vh;object-fit:fill'
    video.srcObject = stream
    document.body.append(video)
    await video.play()
  })
  await person.page.bringToFront()
}

const sees = async (person: Person, label: string, sender: number): Promise<void> => {
  const counters = new Set<number>()
  await until(`${person.name} sees and hears ${label}`, 30_000, async () => {
    const at = await person.recognise(label)
    if (at?.sender === sender && at.counter !== null && at.tone_hz !== null && Math.abs(at.tone_hz - toneOf(sender)) < 25) counters.add(at.counter)
    if (counters.size >= 3) return true
    throw new Error(`${JSON.stringify(at)} on a page that says: ${(await person.text()).slice(0, 500)}`)
  })
}

describe('a screen that is shared in a group', () => {
  it('is seen and heard in a tile of its own, beside its person, until it is no more', async () => {
    const link = await server.room('group')
    const alice = await Person.at(link, { kind: 'chromium', name: 'Alice', sender: 1, browser: await launchSharing(TITLE) })
    people.push(alice)
    await openSlides(alice)
    await alice.join()
    for (const [name, sender] of [
      ['Bob', 6],
      ['Chidi', 13],
    ] as const) {
      const person = await Person.at(link, { kind: 'chromium', name, sender, width: 320 })
      people.push(person)
      await person.join()
    }
    const others = people.slice(1)
    for (const person of others) await person.meets(alice)

    await alice.press('button', 'Share screen')
    for (const person of others) {
      await sees(person, LABEL, SLIDES)
      await sees(person, 'Alice', alice.sender)
    }
    await alice.press('button', 'Stop sharing the screen')
    for (const person of others) {
      await until(`${LABEL} has no tile`, 15_000, async () => (await person.recognise(LABEL)) === null)
      await sees(person, 'Alice', alice.sender)
    }
    expect(people.flatMap(({ pageErrors }) => pageErrors)).toEqual([])
  })
})
