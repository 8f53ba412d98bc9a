/** Everything that can be said wrongly, by the server or by a member, one field at a time. */
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { attack, codeOf, product } from './attack'
import { mutations, sample, schemas, type Schema } from './schema'
import type { Member, World } from './world'

let known: ReadonlyMap<string, Schema>
let world: World
beforeAll(async () => {
  known = await schemas()
  world = await product()
})

/** Every type that a parser takes, with its form. */
const typesOf = (parser: string): ReadonlyArray<readonly [string, Schema]> => {
  const schema = known.get(parser)
  if (!schema) throw new Error(`no parser ${parser}`)
  return schema.kind === 'tagged' ? [...schema.variants] : [[parser, schema]]
}

type Parse = (value: unknown) => unknown

/** Runs all mutations of all types past a parser. */
function pastParser(parser: string, parse: Parse): number {
  let tried = 0
  for (const [type, schema] of typesOf(parser))
    for (const size of ['small', 'large'] as const) {
      const good = sample(schema, size)
      expect(parse(good), `${type} as it should be`).toEqual(good)
      for (const { what, value, isTaken } of mutations(schema, good, type)) {
        tried++
        // An unknown type is refused by the parser as well: its caller looks at the type before.
        const result = attempt(parse, value)
        if (isTaken) expect(result, what).toEqual(good)
        else expect(result, what).toBe('remote.malformed')
      }
    }
  return tried
}

function attempt(parse: Parse, value: unknown): unknown {
  try {
    return parse(value)
  } catch (error) {
    return codeOf(error)
  }
}

describe('a malformed message', () => {
  it('of every type that a server says is refused by its code and by nothing else', () => {
    const parse: Parse = (value) => world.messages.parseServerMessage(JSON.stringify(value))
    expect(typesOf('parseServerMessage').map(([type]) => type)).toEqual([...world.messages.serverMessageTypes])
    expect(pastParser('parseServerMessage', parse)).toBeGreaterThan(500)
  })

  it('of every type that a member says is refused by its code and by nothing else', () => {
    expect(typesOf('parsePayload').map(([type]) => type)).toEqual([...world.payloads.payloadTypes])
    expect(pastParser('parsePayload', (value) => world.payloads.parsePayload(JSON.parse(JSON.stringify(value) ?? 'null')))).toBeGreaterThan(500)
  })

  it('in every answer over HTTP is refused by its code and by nothing else', () => {
    const parsers = [...known.keys()].filter((name) => name !== 'parseServerMessage' && name !== 'parsePayload')
    expect(parsers.length).toBeGreaterThan(3)
    for (const parser of parsers) {
      const parse = (world.answers as unknown as Readonly<Record<string, Parse>>)[parser]
      if (!parse) throw new Error(parser)
      expect(pastParser(parser, (value) => parse(JSON.parse(JSON.stringify(value) ?? 'null')))).toBeGreaterThan(20)
    }
  })

  it('that is no JSON, or no object, or of a type that is inherited, is refused as well', () => {
    const texts = ['', '{', 'null', '[]', '"joined"', '7', '{"type":"joined"}{}', '\u0000', '['.repeat(100_000), '{"a":'.repeat(50_000)]
    const types = ['constructor', '__proto__', 'toString', 'hasOwnProperty', '', 'JOINED', 'joined ', 7, null, ['joined'], { toString: 'joined' }]
    for (const text of [...texts, ...types.map((type) => JSON.stringify({ type }))]) {
      expect(
        attempt((value) => world.messages.parseServerMessage(String(value)), text),
        text.slice(0, 40),
      ).toBe('remote.malformed')
    }
  })
})

/** A WebSocket that says what the test says. */
class StubSocket {
  static readonly OPEN = 1
  static last: StubSocket | undefined
  readonly readyState = 1
  readonly sent: string[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  constructor() {
    StubSocket.last = this
  }
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.onclose = null
  }
}

describe('the socket', () => {
  it('passes over whatever is malformed and goes on', () => {
    vi.stubGlobal('WebSocket', StubSocket)
    const heard: string[] = []
    const timing = { after: () => () => undefined, every: () => () => undefined, chance: () => 0 }
    const note = (what: string) => (): void => void heard.push(what)
    const events = {
      joined: note('joined'),
      entry: note('entry'),
      relay: note('relay'),
      sfu: note('sfu'),
      state: () => undefined,
      ended: note('ended'),
    }
    const socket = new world.socket.LogSocket(
      { url: 'ws://127.0.0.1', roomId: 'A'.repeat(22), grant: 'A'.repeat(43), have: () => null, timing },
      events,
    )
    socket.open()
    const wire = StubSocket.last
    if (!wire) throw new Error('no socket')
    wire.onopen?.()
    for (const [type, schema] of typesOf('parseServerMessage'))
      for (const { value, isTaken } of mutations(schema, sample(schema, 'small'), type))
        if (!isTaken) wire.onmessage?.({ data: JSON.stringify(value) })
    for (const data of [new ArrayBuffer(8), null, 7, '', '{', 'x'.repeat(200_000), JSON.stringify({ type: 'pong', ref: 0, x: 'y'.repeat(131_072) })])
      wire.onmessage?.({ data })
    expect(heard).toEqual([])
    const entry = typesOf('parseServerMessage').find(([type]) => type === 'entry')?.[1]
    wire.onmessage?.({ data: JSON.stringify(entry && sample(entry, 'large')) })
    expect(heard).toEqual(['entry'])
    socket.close(false)
  })
})

describe('a member who says what nobody understands', () => {
  const people = async (): Promise<readonly [Member, Member]> => {
    const room = await world.Room.make()
    const [bob, mallory] = (await world.gather(room, 'Bob', 'Mallory')) as [Member, Member]
    return [bob, mallory]
  }
  const chat = { v: 1, type: 'chat', message_id: 'A'.repeat(22), text: 'That much is clear.', sent_at_ms: 0 }

  it('is counted and noticed, once each, and what comes after is heard', async () => {
    const [bob, mallory] = await people()
    let n = 0
    const faults: unknown[] = typesOf('parsePayload').flatMap(([type, schema]) => {
      const all = [...mutations(schema, sample(schema, 'small'), type)].filter(
        ({ isTaken, what }) => !isTaken && !/^\w+(:|\.(type|n)\b)|thousand|more/.test(what),
      )
      return all.filter((_, i) => i % 9 === 0).map(({ value }) => value)
    })
    expect(faults.length).toBeGreaterThan(60)
    for (const fault of faults.slice(0, 120)) await world.sayNext(mallory, { ...(fault as object), n: n++ })
    expect(bob.alarms).toEqual(faults.slice(0, 120).map(() => 'integrity.envelope'))
    expect(bob.all('payload')).toEqual([])
    await world.sayNext(mallory, { ...chat, n })
    expect(bob.said).toEqual([chat.text])
  })

  it('in a newer version is counted and passed over without an alarm', async () => {
    const [bob, mallory] = await people()
    await world.sayNext(mallory, { v: 1, type: 'a_newer_one', n: 0, emoji: '👋' })
    await world.sayNext(mallory, { ...chat, n: 1 })
    await mallory.room.pass(12_000)
    expect(bob.said).toEqual([chat.text])
    expect(bob.alarms).toEqual([])
  })

  it('without a number, in another form or without end is noticed and changes nothing', async () => {
    const [bob, mallory] = await people()
    const texts = ['', 'null', '[]', '7', '"x"', '{', '{}', '{"v":1,"n":-1,"type":"bye"}', '{"v":1,"n":0.5,"type":"bye"}', '['.repeat(40_000)]
    for (const text of texts) await world.sayNext(mallory, text)
    expect(bob.alarms).toEqual(texts.map(() => 'integrity.envelope'))
    await world.sayNext(mallory, { ...chat, n: 0 })
    expect(bob.said).toEqual([chat.text])
  })

  it('too far ahead of what was said is noticed and does not pile up', async () => {
    const [bob, mallory] = await people()
    for (const n of [65, 1_000, Number.MAX_SAFE_INTEGER]) await world.sayNext(mallory, { ...chat, n })
    expect(bob.alarms).toEqual(['integrity.envelope', 'integrity.envelope', 'integrity.envelope'])
  })
})

attack('oversized entry of the server', (world) => {
  const entry = { type: 'entry', seq: 1, kind: 'application', epoch: 0, body: 'A'.repeat(1_000_000), from: 'A'.repeat(22) }
  try {
    return Promise.resolve({ believed: world.messages.parseServerMessage(JSON.stringify(entry)).type === 'entry', noticed: [] })
  } catch (error) {
    return Promise.resolve({ believed: false, noticed: [codeOf(error)] })
  }
})

attack('payload with a field of another form', async (world) => {
  const room = await world.Room.make()
  const [bob, mallory] = (await world.gather(room, 'Bob', 'Mallory')) as [Member, Member]
  await world.sayNext(mallory, { v: 1, n: 0, type: 'chat', message_id: 'A'.repeat(22), text: { toString: 'x' }, sent_at_ms: 0 })
  return { believed: bob.all('payload').length > 0, noticed: bob.alarms }
})

attack('payload that silences what follows', async (world) => {
  const room = await world.Room.make()
  const [bob, mallory] = (await world.gather(room, 'Bob', 'Mallory')) as [Member, Member]
  await world.sayNext(mallory, { v: 1, n: 0, type: 'a_newer_one' })
  await world.sayNext(mallory, { v: 1, n: 1, type: 'chat', message_id: 'A'.repeat(22), text: 'Here.', sent_at_ms: 0 })
  return { believed: bob.said.length === 0, noticed: bob.said }
})
