/** One counter for all encodings of a stream, and for every transform that ever sent it: no (key, CTR) pair twice. */
import { describe, expect, it } from 'vitest'
import { openFrame } from './frame'
import { parseHeader } from './header'
import { Keyring } from './keyring'
import { runTransform } from './transform'

const CAMERA = 1
const encodings = [180, 360, 720]

/** A frame as an encoder of so many lines makes it; delta frames have one readable byte. */
const frame = (lines: number, isKey: boolean): Uint8Array<ArrayBuffer> =>
  new Uint8Array([...(isKey ? [0x10, 0, 0, 0x9d, 1, 0x2a, 0, 5, lines & 0xff, lines >> 8] : [0x11]), ...new Array<number>(40).fill(lines & 0xff)])

function sender(keyring: Keyring, sent: Uint8Array<ArrayBuffer>[]): WritableStreamDefaultWriter<unknown> {
  const { readable, writable } = new TransformStream<unknown, unknown>()
  const out = new WritableStream<{ data: ArrayBuffer }>({ write: ({ data }) => void sent.push(new Uint8Array(data)) })
  const transformer = { readable, writable: out, options: {} } as unknown as RTCRtpScriptTransformer
  const watch = { sent: () => undefined, opened: () => undefined, refused: () => undefined }
  runTransform(transformer, { direction: 'send', legId: 'leg', context: CAMERA, codec: 'vp8' }, keyring, { isOpen: () => true }, watch, () => 0)
  return writable.getWriter()
}

async function ring(secret: Uint8Array<ArrayBuffer>, leafIndex: number): Promise<Keyring> {
  const keyring = new Keyring()
  await keyring.addEpoch(1, secret.slice(), new Uint8Array(32), 0)
  keyring.sendUnder(1, leafIndex)
  return keyring
}

const isKeyFrame = (wire: Uint8Array): boolean => ((wire[0] ?? 0) & 1) === 0
const counterOf = (wire: Uint8Array): number => Number(parseHeader(wire, isKeyFrame(wire) ? 10 : 1)?.ctr)

describe('the counter of a camera in three sizes', () => {
  it('goes on over all of them and over a replaced transform, and repeats for none', async () => {
    const secret = crypto.getRandomValues(new Uint8Array(32))
    const [bob, alice] = [await ring(secret, 1), await ring(secret, 0)]
    const sent: Uint8Array<ArrayBuffer>[] = []
    const writers = [sender(bob, sent), sender(bob, sent)]
    // Two legs for a moment, as when one takes the other's place: every encoding of both at once.
    await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        writers.flatMap((writer) =>
          encodings.map((lines) => writer.write({ data: frame(lines, at % 10 === 0).buffer, getMetadata: () => ({ mimeType: 'video/VP8' }) })),
        ),
      ).flat(),
    )
    await expect.poll(() => sent.length).toBe(240)
    expect(sent.map(counterOf).sort((a, b) => a - b)).toEqual(Array.from({ length: 240 }, (_, at) => at))

    // Whoever is sent one size alone opens every frame of it, whatever is missing in between.
    const ofOneSize = sent.filter((wire) => isKeyFrame(wire) && ((wire[8] ?? 0) | ((wire[9] ?? 0) << 8)) === 360)
    for (const wire of ofOneSize) expect(await openFrame(alice, { leafIndex: 1, context: CAMERA }, 'vp8', wire, 0)).toHaveProperty('frame')
    expect(ofOneSize).toHaveLength(8)
  })
})
