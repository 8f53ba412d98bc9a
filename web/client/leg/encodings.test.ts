import { describe, expect, it, vi } from 'vitest'
import { encodingsFor, longerSideOf, RIDS, sizeEncodings } from './encodings'

const sides = (capture: number): number[] =>
  encodingsFor(capture)
    .filter(({ active }) => active)
    .map(({ scaleResolutionDownBy }) => capture / (scaleResolutionDownBy ?? 1))
const track = (width: number, height: number): MediaStreamTrack => ({ getSettings: () => ({ width, height }) }) as unknown as MediaStreamTrack

describe('the sizes in which a camera is sent', () => {
  it('are three of a large capture, two of a middling one, one of a thumbnail', () => {
    expect(sides(1_280)).toEqual([320, 640, 1_280])
    expect(sides(640)).toEqual([320, 640])
    expect(sides(320)).toEqual([320])
    expect(sides(160)).toEqual([160])
  })

  it('have their places in the description, whether they are used or not, the smaller one always with the lower limit', () => {
    for (const capture of [160, 320, 640, 961, 1_280, 1_920, undefined]) {
      const encodings = encodingsFor(capture)
      expect(encodings.map(({ rid }) => rid)).toEqual([...RIDS])
      const limits = encodings.filter(({ active }) => active).map(({ maxBitrate }) => maxBitrate ?? 0)
      expect(limits.length).toBeGreaterThan(0)
      expect(limits).toEqual([...new Set(limits)].sort((a, b) => a - b))
    }
  })

  it('follow the track that is sent, upright ones as well', async () => {
    expect(longerSideOf(track(720, 1_280))).toBe(1_280)
    expect(longerSideOf(null)).toBeUndefined()
    const setParameters = vi.fn(() => Promise.resolve())
    const sender = { getParameters: () => ({ encodings: RIDS.map((rid) => ({ rid, active: true })) }), setParameters }
    await sizeEncodings({ sender } as unknown as RTCRtpTransceiver, track(320, 180))
    expect(setParameters).toHaveBeenCalledWith({ encodings: encodingsFor(320) })
  })
})
