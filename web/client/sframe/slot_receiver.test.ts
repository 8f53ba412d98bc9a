/** What an SFU may put into a slot, and what is shown of it: only frames of the very member and stream that the slot is wanted for. */
import { describe, expect, it } from 'vitest'
import { isVp8KeyFrame } from './clear_bytes'
import { sealFrame } from './frame'
import { Keyring } from './keyring'
import { Slots, type Tile } from './slots'
import { runTransform } from './transform'

const CAMERA = 1
const bob: Tile = { participantId: 'bob', leafIndex: 1, context: CAMERA }
const chidi: Tile = { participantId: 'chidi', leafIndex: 2, context: CAMERA }

/** VP8: ten readable bytes before a key frame's picture, one before another's. */
const vp8 = (text: string, isKey: boolean): Uint8Array<ArrayBuffer> => {
  const head = isKey ? [0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01] : [0x11]
  return new Uint8Array([...head, ...new TextEncoder().encode(text)])
}

async function world() {
  const [secret, psk] = [crypto.getRandomValues(new Uint8Array(32)), crypto.getRandomValues(new Uint8Array(32))]
  const ring = async (leafIndex: number): Promise<Keyring> => {
    const keyring = new Keyring()
    await keyring.addEpoch(1, secret.slice(), psk, 0)
    keyring.sendUnder(1, leafIndex)
    return keyring
  }
  const [mine, bobs, chidis] = [await ring(0), await ring(1), await ring(2)]
  const opened: string[] = []
  const slots = new Slots((_leg, slot, { participantId }) => opened.push(`${slot} ${participantId}`))
  const shown: string[] = []
  const refused: string[] = []
  let [now_ms, wished] = [0, 0]
  const { readable, writable } = new TransformStream()
  const transformer = {
    readable,
    writable: new WritableStream<{ data: ArrayBuffer }>({ write: ({ data }) => void shown.push(new TextDecoder('latin1').decode(data)) }),
    options: {},
    sendKeyFrameRequest: () => Promise.resolve(void wished++),
  } as unknown as RTCRtpScriptTransformer
  const watch = { sent: () => undefined, opened: () => undefined, refused: (_: string, reason: string) => void refused.push(reason) }
  const options = { direction: 'receive-slot', legId: 'leg', slot: 5, codec: 'vp8' } as const
  runTransform(transformer, options, mine, { isOpen: () => true }, watch, () => now_ms, slots)
  const writer = writable.getWriter()
  const arrives = async (data: Uint8Array): Promise<void> => {
    const before = shown.length + refused.length
    await writer.write({ type: isVp8KeyFrame(data) ? 'key' : 'delta', data: data.slice().buffer, getMetadata: () => ({ mimeType: 'video/VP8' }) })
    await expect.poll(() => shown.length + refused.length).toBe(before + 1)
  }
  const from = async (keyring: Keyring, text: string, isKey = true): Promise<Uint8Array> => {
    const made = await sealFrame(keyring, CAMERA, 'vp8', vp8(text, isKey))
    if ('refused' in made) throw new Error(made.refused)
    return made.frame
  }
  const wants = (tile: Tile | null): void => slots.wish('leg', tile === null ? [] : [{ slot: 5, ...tile }], now_ms)
  return { bobs, chidis, opened, shown, refused, arrives, from, wants, wait: (ms: number) => (now_ms += ms), wished: () => wished }
}

describe('a slot', () => {
  it('shows nothing while nobody is wanted in it', async () => {
    const { bobs, arrives, from, refused, shown } = await world()
    await arrives(await from(bobs, 'unasked'))
    expect([shown, refused]).toEqual([[], ['gate']])
  })

  it('begins with a key frame of the one that is wanted, and says so once', async () => {
    const { bobs, arrives, from, opened, refused, shown, wants } = await world()
    wants(bob)
    await arrives(await from(bobs, 'grown out of another', false))
    expect([shown, refused, opened]).toEqual([[], ['no-key-frame'], []])
    await arrives(await from(bobs, 'first'))
    await arrives(await from(bobs, 'second', false))
    expect(shown).toEqual([expect.stringMatching(/first$/), expect.stringMatching(/second$/)])
    expect(opened).toEqual(['5 bob'])
  })

  it('goes on when the larger encoding follows, whose key frame was made first and comes last', async () => {
    const { bobs, arrives, from, refused, shown, wants } = await world()
    wants(bob)
    const made = []
    for (const [text, isKey] of [
      ['large', true],
      ['small', true],
      ['small, next', false],
      ['large, next', false],
    ] as const)
      made.push(await from(bobs, text, isKey))
    const [large, small, smallNext, largeNext] = made as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    for (const frame of [small, smallNext, large, largeNext]) await arrives(frame)
    expect(refused).toEqual([])
    expect(shown.map((text) => /[a-z, ]+$/.exec(text)?.[0])).toEqual(['small', 'small, next', 'large', 'large, next'])
  })

  it('wishes for another key frame in place of one that came too late', async () => {
    const { bobs, arrives, from, refused, wants, wished } = await world()
    wants(bob)
    const large = await from(bobs, 'large')
    for (let made = 0; made < 7; made++) await arrives(await from(bobs, 'small'))
    expect(wished()).toBe(0)
    await arrives(large)
    expect([refused, wished()]).toEqual([['late'], 1])
    await arrives(await from(bobs, 'large, next', false))
    expect(wished()).toBe(2)
  })

  it('shows no other member in their place, whatever the SFU says it carries', async () => {
    const { bobs, chidis, arrives, from, refused, shown, wants, wait } = await world()
    wants(bob)
    await arrives(await from(bobs, 'me'))
    await arrives(await from(chidis, 'swapped'))
    expect([shown.length, refused]).toEqual([1, ['wrong-leaf']])
    wants(chidi)
    await arrives(await from(bobs, 'late'))
    wait(2_001)
    await arrives(await from(bobs, 'too late'))
    expect([shown.length, refused]).toEqual([1, ['wrong-leaf', 'gate', 'wrong-leaf']])
  })

  it('shows no frame twice, altered or unsealed', async () => {
    const { bobs, arrives, from, refused, shown, wants } = await world()
    wants(bob)
    const frame = await from(bobs, 'once')
    await arrives(frame)
    await arrives(frame)
    const altered = await from(bobs, 'altered')
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1
    await arrives(altered)
    await arrives(vp8('a picture of my making that is long enough to hold a tag', true))
    expect(shown).toHaveLength(1)
    expect(refused.slice(0, 2)).toEqual(['replay', 'tag'])
    expect(refused).toHaveLength(3)
  })
})
