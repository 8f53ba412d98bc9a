import { describe, expect, it } from 'vitest'
import { quality } from '../security/quality'
import { lossBetween, NO_READINGS, type Readings } from '../security/readings'
import { PictureAgreement } from './picture_agreement'
import { Pictures } from './pictures'
import { heardBetween } from './voices'

const fine: Readings = { ...NO_READINGS, roundTrip_ms: 40, lossRatio: 0, receivedLossRatio: 0.01, jitter_ms: 8, estimate_bps: 1_500_000 }
const bad: Readings = { ...fine, receivedLossRatio: 0.4 }

describe('the quality of the network in words', () => {
  it('is good, weak for any of its reasons, or lost', () => {
    expect(quality('connected', fine)).toBe('good')
    const worse: ReadonlyArray<Partial<Readings>> = [
      { roundTrip_ms: 500 },
      { lossRatio: 0.1 },
      { receivedLossRatio: 0.1 },
      { jitter_ms: 150 },
      { estimate_bps: 40_000 },
    ]
    for (const part of worse) expect(quality('connected', { ...fine, ...part })).toBe('weak')
    expect(quality('failed', fine)).toBe('lost')
    expect(quality('connected', NO_READINGS)).toBe('unknown')
  })

  it('counts loss between two readings, and not on a handful of packets', () => {
    expect(lossBetween({ received: 100, lost: 10 }, { received: 190, lost: 20 })).toBe(0.1)
    expect(lossBetween({ received: 100, lost: 10 }, { received: 105, lost: 12 })).toBeNull()
    expect(lossBetween({ received: 100, lost: 10 }, { received: 200, lost: 5 })).toBe(0)
  })
})

describe('pictures', () => {
  const hear = (pictures: Pictures, readings: Readings, times: number): number =>
    Array.from({ length: times }, () => pictures.hear(readings)).filter(Boolean).length

  it('rest only on a network that stays bad, and come back when it stays well', () => {
    const pictures = new Pictures()
    hear(pictures, bad, 5)
    hear(pictures, fine, 1)
    hear(pictures, bad, 5)
    expect(pictures.view).toBe('shown')
    expect(hear(pictures, bad, 1)).toBe(1)
    expect([pictures.view, pictures.wanted]).toEqual(['resting', false])
    hear(pictures, fine, 14)
    expect(pictures.view).toBe('resting')
    expect(hear(pictures, fine, 1)).toBe(1)
    expect(pictures.view).toBe('shown')
  })

  it('wait longer each time before they come back', () => {
    const pictures = new Pictures()
    const waits: number[] = []
    for (let round = 0; round < 6; round++) {
      hear(pictures, bad, 6)
      let wait = 0
      do wait++
      while (!pictures.hear(fine))
      waits.push(wait)
    }
    expect(waits).toEqual([15, 30, 60, 120, 120, 120])
  })

  it('are not asked for when the person wants only sound, whatever the network', () => {
    const pictures = new Pictures()
    pictures.choose(true)
    expect([pictures.view, pictures.wanted, hear(pictures, bad, 10)]).toEqual(['only-sound', false, 0])
    pictures.choose(false)
    expect(pictures.wanted).toBe(true)
  })

  it('of a direct call are not sent to who takes none, until somebody else is there', () => {
    const agreement = new PictureAgreement()
    const track = {} as MediaStreamTrack
    agreement.otherTakes(false)
    expect([0, 1, 2, 3].map((context) => agreement.outgoing(context, track) === track)).toEqual([true, false, false, true])
    agreement.newPerson()
    expect(agreement.outgoing(1, track)).toBe(track)
    expect([agreement.want(false), agreement.want(false), agreement.areWanted]).toEqual([true, false, false])
  })
})

describe('a voice', () => {
  it('is as loud as the power of what was decoded since the last look', () => {
    const before = { energy: 1, duration_s: 10, samples: 480_000, concealed: 0 }
    expect(heardBetween(before, { ...before, duration_s: 11, samples: 528_000 }).level).toBe(0)
    const loud = heardBetween(before, { energy: 1.1, duration_s: 11, samples: 528_000, concealed: 4_800 })
    expect(loud.level).toBeCloseTo(1 - 10 / 60, 5)
    expect(loud.concealedRatio).toBeCloseTo(0.1, 5)
  })
})
