/** The room of a group in real browsers: who speaks is large, pins hold, screens have tiles of their own, hands and reactions are seen, pictures can be left out. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'puppeteer-core'
import { toneOf } from './harness/pattern'
import { Person } from './harness/person'
import { until } from './harness/process'
import { Server } from './harness/server'

let server: Server
let people: Person[] = []

beforeAll(async () => {
  server = await Server.start()
})
afterAll(async () => {
  await server?.stop()
})
afterEach(async () => {
  await Promise.all(people.map((person) => person.close()))
  people = []
})

/** Sharing the screen gives a grey that changes, and a tone of 3 kHz. */
async function withScreen(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const devices = navigator.mediaDevices as MediaDevices | undefined
    if (!devices) return
    devices.getDisplayMedia = () => {
      const canvas = document.createElement('canvas')
      const context = canvas.getContext('2d')
      let shade = 0
      setInterval(() => {
        if (!context) return
        context.fillStyle = `rgb(${shade} ${shade} ${shade})`
        shade = (shade + 8) % 256
        context.fillRect(0, 0, canvas.width, canvas.height)
      }, 50)
      const audio = new AudioContext()
      const oscillator = new OscillatorNode(audio, { frequency: 3_000 })
      const destination = audio.createMediaStreamDestination()
      oscillator.connect(new GainNode(audio, { gain: 0.3 })).connect(destination)
      oscillator.start()
      return Promise.resolve(new MediaStream([...canvas.captureStream(20).getTracks(), ...destination.stream.getTracks()]))
    }
  })
}

/** Remembers every connection, so that what it sends can be counted. */
async function withScreenAndCount(page: Page): Promise<void> {
  await withScreen(page)
  await page.evaluateOnNewDocument(() => {
    const made: RTCPeerConnection[] = []
    Object.assign(window, { __connections: made })
    window.RTCPeerConnection = class extends window.RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        made.push(this)
      }
    }
  })
}

const picturesSentBy = (person: Person): Promise<number> =>
  person.page.evaluate(async () => {
    let packets = 0
    for (const connection of (window as unknown as { __connections: readonly RTCPeerConnection[] }).__connections)
      for (const stat of ((await connection.getStats()) as unknown as ReadonlyMap<string, Readonly<Record<string, unknown>>>).values())
        if (stat['type'] === 'outbound-rtp' && stat['kind'] === 'video') packets += Number(stat['packetsSent'])
    return packets
  })

async function three(): Promise<[Person, Person, Person]> {
  const link = await server.room('group')
  for (const [at, name] of ['Alice', 'Bob', 'Chidi'].entries()) {
    const person = await Person.at(link, { kind: 'chromium', name, sender: 2 * at + 1, width: 160, before: withScreen })
    people.push(person)
    await person.join()
  }
  const [alice, bob, chidi] = people as [Person, Person, Person]
  await Promise.all([alice.meets(bob), alice.meets(chidi)])
  return [alice, bob, chidi]
}

const largeOn = (person: Person): Promise<string | null> =>
  person.page.evaluate(() => document.querySelector('.is-large [role="group"]')?.getAttribute('aria-label') ?? null)
const showsLarge = (person: Person, name: string): Promise<true> =>
  until(`${person.name} shows ${name} large`, 15_000, async () => {
    const large = await largeOn(person)
    if (large === name) return true
    throw new Error(`large is ${large}`)
  })
const tileSays = (person: Person, name: string, words: string): Promise<true> =>
  until(`${person.name} sees "${words}" on ${name}`, 15_000, () =>
    person.page.evaluate(
      (label, wanted) => document.querySelector(`[role="group"][aria-label="${label}"]`)?.textContent?.includes(wanted) === true,
      name,
      words,
    ),
  )
const fromMenu = async (person: Person, role: string, name: string): Promise<void> => {
  await person.press('button', 'More')
  await person.press(role, name)
}

describe('the room of three', () => {
  it('shows large who speaks, keeps a pin, and gives a screen a tile of its own', async () => {
    const [alice, bob, chidi] = await three()
    await fromMenu(alice, 'menuitemradio', 'Speaker view')
    for (const person of [alice, bob]) await person.press('button', 'Mute microphone')
    await showsLarge(alice, 'Chidi')
    await tileSays(alice, 'Chidi', 'Speaking')
    await chidi.press('button', 'Mute microphone')
    await bob.press('button', 'Unmute microphone')
    await showsLarge(alice, 'Bob')
    await alice.press('button', 'Pin Chidi')
    await showsLarge(alice, 'Chidi')
    await alice.press('button', 'Unpin Chidi')
    await showsLarge(alice, 'Bob')

    await bob.press('button', 'Share screen')
    await showsLarge(alice, "Bob's screen")
    await until('the screen is seen and heard, and Bob beside it', 15_000, async () => {
      const [shared, himself] = [await alice.recognise("Bob's screen"), await alice.recognise('Bob')]
      if (Math.abs((shared?.tone_hz ?? 0) - 3_000) < 25 && himself?.sender === bob.sender) return true
      throw new Error(JSON.stringify([shared, himself]))
    })
    await bob.press('button', 'Stop sharing the screen')
    await showsLarge(alice, 'Bob')
    expect(people.flatMap(({ pageErrors }) => pageErrors)).toEqual([])
  })

  it('shows hands in their order, reactions, and nobody where only sound is wanted', async () => {
    const [alice, bob, chidi] = await three()
    await fromMenu(bob, 'menuitem', 'Raise hand')
    await tileSays(chidi, 'Bob', 'Hand raised, number 1')
    await fromMenu(chidi, 'menuitem', 'Raise hand')
    for (const person of people) await tileSays(person, 'Chidi', 'Hand raised, number 2')
    await fromMenu(bob, 'menuitem', 'Lower hand')
    for (const person of people) await tileSays(person, 'Chidi', 'Hand raised, number 1')
    await fromMenu(chidi, 'menuitem', 'Applause')
    await Promise.all([alice.reads('Chidi: Applause'), bob.reads('Chidi: Applause')])

    await fromMenu(alice, 'menuitemcheckbox', 'Only sound')
    await until('Alice hears Bob and sees nobody, and nobody sees her', 20_000, async () => {
      const [heard, unseen] = [await alice.recognise('Bob'), await alice.recognise('Chidi')]
      const isSeen = await bob.page.evaluate(() => document.querySelector('.is-pictured[aria-label="Alice"]') !== null)
      const hears = Math.abs((heard?.tone_hz ?? 0) - toneOf(bob.sender)) < 25
      if (hears && heard?.sender === null && unseen?.sender === null && !isSeen) return true
      throw new Error(JSON.stringify([heard, unseen, isSeen]))
    })
    expect(await alice.page.$$('.tile.is-pictured')).toHaveLength(0)
    await alice.press('button', 'Only sound. Show pictures')
    await Promise.all([alice.meets(bob), alice.meets(chidi)])
    expect(people.flatMap(({ pageErrors }) => pageErrors)).toEqual([])
  })
})

describe('the room of two, without a relay', () => {
  it('sends no picture to who wants only sound, and shows a screen beside its person', async () => {
    const link = await server.room()
    const [alice, bob] = [
      await Person.at(link, { kind: 'chromium', name: 'Alice', sender: 2, width: 160, before: withScreen }),
      await Person.at(link, { kind: 'chromium', name: 'Bob', sender: 13, width: 160, before: withScreenAndCount }),
    ]
    people.push(alice, bob)
    for (const person of people) await person.join()
    for (const person of people) await person.press('button', 'Connect directly')
    await alice.meets(bob)
    await bob.press('button', 'Share screen')
    await until('the screen is seen and heard, and Bob beside it', 15_000, async () => {
      const [shared, himself] = [await alice.recognise("Bob's screen"), await alice.recognise('Bob')]
      if (Math.abs((shared?.tone_hz ?? 0) - 3_000) < 25 && himself?.sender === bob.sender) return true
      throw new Error(JSON.stringify([shared, himself]))
    })
    await fromMenu(alice, 'menuitemcheckbox', 'Only sound')
    await until('Bob sends sound and no picture', 15_000, async () => {
      const heard = await alice.recognise('Bob')
      const before = await picturesSentBy(bob)
      await new Promise((resolve) => setTimeout(resolve, 500))
      const sent = (await picturesSentBy(bob)) - before
      if (heard?.sender === null && Math.abs((heard.tone_hz ?? 0) - toneOf(bob.sender)) < 25 && sent === 0) return true
      throw new Error(JSON.stringify([heard, sent]))
    })
    await alice.press('button', 'Only sound. Show pictures')
    await alice.meets(bob)
    expect(people.flatMap(({ pageErrors }) => pageErrors)).toEqual([])
  })
})
