/**
 * An operator of a group call who lies wherever it can: about slots, presence and encryption, in the answer of its SFU, and by keeping what members say from one
 * of them; and who shows what a colluding member sends without sealing it. Vera has the product, Walt a client without the defence in question.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Person } from '../../e2e/harness/person'
import { until } from '../../e2e/harness/process'
import { EvilServer } from '../evil_server'
import { MaliciousServer, type Message, type Mischief } from '../malicious_server'
import { weakenedClient } from '../weakened_client'
import { falsities, seesAs } from '../witness'

const NOT_SEALED = 'A frame without end-to-end encryption arrived.'
const WITHHELD = 'Stopped: messages are being withheld.'
const BETWEEN = 'Stopped: someone stands between you: the certificate is not the one that was announced.'
const GHOST = Buffer.alloc(16, 9).toString('base64url')
const OFF = { e2ee: false, encryption: 'off', sealed: false, sframe: 'disabled', require_encryption: false, recording: 'everyone' }

let evil: EvilServer
let link: string
const open: Array<{ stop(): Promise<void> | void }> = []
beforeAll(async () => {
  evil = await EvilServer.start()
  open.push(evil)
  link = await evil.server.room('group')
})
afterAll(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop()
})

async function behind(mischief: Mischief): Promise<MaliciousServer> {
  const liar = await MaliciousServer.before(evil.server.port, mischief)
  open.push(liar)
  return liar
}

async function person(at: string, name: string, sender: number): Promise<Person> {
  const made = await Person.at(at, { kind: 'chromium', name, sender, width: 160 })
  open.push({ stop: () => made.close() })
  await made.join()
  return made
}

/** Says of each slot that it carries somebody else's other stream, of everybody that they are gone and of nobody that they are here. */
function lies(): { mischief: Mischief; begin(): void; kept(): number } {
  let isKeeping = false
  let kept = 0
  let name: unknown
  const toClient = (message: Message): readonly Message[] => {
    if (message['type'] === 'joined') name = message['participant_id']
    const { type } = message
    if (type === 'sfu_slots') {
      const slots = (message['slots'] as Message[]).map((slot) => ({ ...slot, participant_id: name, context: 3 - Number(slot['context']) }))
      const presence = { type: 'presence', participant_id: GHOST, state: 'here', ...OFF }
      return [{ ...message, ...OFF, slots }, presence, { ...message, ...OFF, slots: [] }]
    }
    if (type === 'presence') return [{ ...message, ...OFF, state: message['state'] === 'here' ? 'gone' : 'here' }]
    if (type !== 'entry') return [{ ...message, ...OFF }]
    if (isKeeping && message['kind'] === 'application' && message['from'] !== name) {
      kept++
      return []
    }
    return [{ ...message, ...OFF, seq: Number(message['seq']) - kept }]
  }
  const answer: Mischief['answer'] = (path, body) => (path.endsWith('/grants') ? { ...body, ...OFF, capacity: 100 } : { ...body, ...OFF })
  return { mischief: { toClient, answer }, begin: () => void (isKeeping = true), kept: () => kept }
}

/** A second fingerprint before the real one, in every line that has it. */
const twice: Mischief = {
  toClient: (message) => {
    if (message['type'] !== 'sfu_answer') return [message]
    const other = Array.from({ length: 32 }, (_, at) => (at + 16).toString(16).toUpperCase()).join(':')
    return [
      { ...message, sdp: String(message['sdp']).replaceAll(/^(a=fingerprint:sha-256) .*$/gm, (line, head: string) => `${head} ${other}\r\n${line}`) },
    ]
  },
}

describe('an operator of a group call', () => {
  let alice: Person, mallory: Person, vera: Person, walt: Person
  let victims: readonly [number, number]
  const [veras, walts] = [lies(), lies()]

  it('who lies about slots, presence and encryption is not believed', async () => {
    alice = await person(link, 'Alice', 1)
    mallory = await person((await behind({ client: await weakenedClient('sends plain frames') })).link(link), 'Mallory', 4)
    vera = await person((await behind(veras.mischief)).link(link), 'Vera', 6)
    await vera.seesAndHears(alice, 1)
    const number = (await evil.legs()) - 1
    const client = await weakenedClient('unsealed frames are shown', 'lags are forgotten')
    walt = await person((await behind({ ...walts.mischief, client })).link(link), 'Walt', 11)
    await vera.meets(walt)
    await walt.meets(alice)
    victims = [number, (await evil.legs()) - 1]
    const { state, sentence, values } = await vera.security()
    expect(state).toBe('unverified')
    expect(sentence).toMatch(/^Private\. 3 people are not compared yet/)
    expect(values['frames']).toMatch(/^[1-9]\d+ sent, [1-9]\d+ opened/)
    expect(await falsities(vera, [alice, mallory, walt], 2)).toEqual([])
  })

  it('plain frames of a member, as somebody else', async () => {
    await vera.reads(NOT_SEALED)
    await vera.seesNothingOf(mallory, 2)
    await evil.keyFrames(500)
    // One of the first two legs is Mallory's, whose frames alone are plain.
    const asWalt = evil.does('impose 0', ...victims).then(() => seesAs(walt, mallory, vera, 8_000))
    await asWalt.catch(() => evil.does('impose 1', ...victims).then(() => seesAs(walt, mallory, vera, 8_000)))
    expect(await falsities(vera, [alice, mallory, walt], 3)).toEqual([])
    await vera.seesNothingOf(walt, 1)
    await vera.reads(NOT_SEALED)
  })

  it('damaged, forged and made-up packets show nothing', async () => {
    await evil.does('junk', ...victims)
    await vera.meets(alice)
    // Where a frame is missing the decoder draws the next ones from what it has, until a key frame comes: numbers in such a picture may be misread.
    expect((await falsities(vera, [alice, mallory, walt], 3)).filter((what) => !/old picture/.test(what))).toEqual([])
    await vera.reads(NOT_SEALED)
    await evil.does('honest', ...victims)
    await vera.meets(walt)
  })

  it('messages kept from one member of a group', async () => {
    for (const liar of [veras, walts]) liar.begin()
    await alice.press('button', 'Mute microphone')
    await alice.press('button', 'Unmute microphone')
    await until('two messages are kept from each', 10_000, () => veras.kept() >= 2 && walts.kept() >= 2)
    await vera.reads(WITHHELD, 20_000)
    expect((await vera.security()).state).toBe('broken')
    await vera.seesNothingOf(alice, 2)
    await vera.close()
    expect(await walt.text()).not.toContain(WITHHELD)
  })

  it('a second fingerprint in the answer of the SFU', async () => {
    const victor = await person((await behind(twice)).link(link), 'Victor', 9)
    await victor.reads(BETWEEN)
    expect((await victor.security()).state).toBe('broken')
    await victor.seesNothingOf(alice, 1)
    await victor.close()
    const wanda = await person((await behind({ ...twice, client: await weakenedClient('the last fingerprint counts') })).link(link), 'Wanda', 13)
    await wanda.meets(alice)
  })
})
