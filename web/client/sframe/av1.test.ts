import { describe, expect, it } from 'vitest'
import { sealedAt, sequenceHeaders, wrapper } from './av1'
import { clearBytes, isKeyFrame } from './clear_bytes'
import { openFrame, sealFrame } from './frame'
import { Keyring } from './keyring'

const DELIMITER = [0x12, 0x00]
const SEQUENCE = [0x0a, 0x03, 0xaa, 0xbb, 0xcc]
const FRAME = [0x32, 0x04, 1, 2, 3, 4]
const bytes = (...parts: readonly number[][]): Uint8Array<ArrayBuffer> => Uint8Array.from(parts.flat())

async function two(): Promise<readonly [Keyring, Keyring]> {
  const [secret, psk] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  const [sender, receiver] = [new Keyring(), new Keyring()]
  for (const ring of [sender, receiver]) await ring.addEpoch(1, secret.slice(), psk, 0)
  sender.sendUnder(1, 3)
  return [sender, receiver]
}
const tile = { leafIndex: 3, context: 1 }

describe('a frame of AV1', () => {
  it('brings its sequence header in the clear on key frames, and nothing else', () => {
    expect(sequenceHeaders(bytes(DELIMITER, SEQUENCE, FRAME))).toEqual(bytes(SEQUENCE))
    expect(sequenceHeaders(bytes(FRAME))).toEqual(new Uint8Array(0))
    expect(isKeyFrame('av1', bytes(SEQUENCE, FRAME))).toBe(true)
    expect(isKeyFrame('av1', bytes(FRAME))).toBe(false)
  })

  it('may leave the size of its last OBU out', () => {
    expect(sequenceHeaders(bytes(SEQUENCE, [0x30, 1, 2, 3]))).toEqual(bytes(SEQUENCE))
    expect(sequenceHeaders(bytes([0x08, 0xaa]))).toEqual(bytes([0x0a, 0x01, 0xaa]))
  })

  it.each([
    ['nothing', []],
    ['a forbidden bit', [0xb2, 0x00]],
    ['a reserved bit', [0x13, 0x00]],
    ['more than there is', [0x32, 0x05, 1]],
    ['a size without end', [0x32, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]],
    ['a size that breaks off', [0x32, 0x80]],
    ['more OBUs than a frame has', Array.from({ length: 17 }, () => DELIMITER).flat()],
  ])('is not %s', (_what, content) => {
    expect(sequenceHeaders(Uint8Array.from(content))).toBeNull()
  })

  it('goes out as one OBU_FRAME of a stated size, and comes back as it was', async () => {
    const [sender, receiver] = await two()
    for (const frame of [
      bytes(DELIMITER, SEQUENCE, FRAME),
      bytes(FRAME),
      bytes(
        [0x32, 0xc8, 0x01],
        Array.from({ length: 200 }, (_, i) => i),
      ),
    ]) {
      const sealed = await sealFrame(sender, 1, 'av1', frame)
      if ('refused' in sealed) throw new Error(sealed.refused)
      const at = sealedAt(sealed.frame)
      expect(at).not.toBeNull()
      expect(clearBytes('av1', sealed.frame)).toBe(at)
      const headers = sequenceHeaders(frame) ?? new Uint8Array(0)
      expect(sealed.frame.subarray(0, at ?? 0)).toEqual(wrapper(headers, sealed.frame.length - (at ?? 0)))
      expect(await openFrame(receiver, tile, 'av1', sealed.frame, 0)).toEqual({ frame })
    }
  })

  it('does not open when what stands in the clear was altered, or when anything stands behind it', async () => {
    const [sender, receiver] = await two()
    const sealed = await sealFrame(sender, 1, 'av1', bytes(SEQUENCE, FRAME))
    if ('refused' in sealed) throw new Error(sealed.refused)
    const altered = sealed.frame.slice()
    altered[3] = 0
    expect(await openFrame(receiver, tile, 'av1', altered, 0)).toEqual({ refused: 'tag' })
    expect(await openFrame(receiver, tile, 'av1', bytes([...sealed.frame], [0]), 0)).toEqual({ refused: 'short' })
    expect(await openFrame(receiver, tile, 'av1', bytes(DELIMITER, [...sealed.frame]), 0)).toEqual({ refused: 'short' })
    expect(await openFrame(receiver, tile, 'av1', sealed.frame, 0)).toEqual({ frame: bytes(SEQUENCE, FRAME) })
  })

  it('that is none is not sent', async () => {
    const [sender] = await two()
    expect(await sealFrame(sender, 1, 'av1', bytes([0xff, 1, 2]))).toEqual({ refused: 'codec' })
  })
})
