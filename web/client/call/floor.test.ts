import { describe, expect, it } from 'vitest'
import { Floor } from './floor'

const STEP_MS = 300
const anybody = (): boolean => true

/** Lets time pass in steps, with these levels; answers who had the floor after each step. */
function pass(floor: Floor<string>, from_ms: number, for_ms: number, levels: Readonly<Record<string, number>>): Array<string | undefined> {
  const holders: Array<string | undefined> = []
  for (let at = from_ms; at < from_ms + for_ms; at += STEP_MS) {
    floor.hear(new Map(Object.entries(levels)), anybody, at)
    holders.push(floor.holder)
  }
  return holders
}

describe('the floor', () => {
  it('is nobody’s while nobody speaks, and noise is not speech', () => {
    const floor = new Floor<string>()
    expect(new Set(pass(floor, 0, 5_000, { bob: 0.2, eve: 0 }))).toEqual(new Set([undefined]))
    expect(floor.isSpeaking('bob')).toBe(false)
  })

  it('goes to who goes on speaking, not to a cough', () => {
    const floor = new Floor<string>()
    pass(floor, 0, 300, { bob: 0.9 })
    pass(floor, 300, 3_000, { bob: 0 })
    expect(floor.holder).toBeUndefined()
    pass(floor, 3_300, 1_200, { bob: 0.7 })
    expect(floor.holder).toBe('bob')
    expect(floor.isSpeaking('bob')).toBe(true)
  })

  it('stays through the pauses between words and after the last one', () => {
    const floor = new Floor<string>()
    pass(floor, 0, 1_500, { bob: 0.7 })
    pass(floor, 1_500, 600, { bob: 0 })
    expect(floor.isSpeaking('bob')).toBe(true)
    pass(floor, 2_100, 60_000, { bob: 0 })
    expect([floor.holder, floor.isSpeaking('bob')]).toEqual(['bob', false])
  })

  it('passes to the next one when its holder has paused, and not before', () => {
    const floor = new Floor<string>()
    pass(floor, 0, 3_000, { bob: 0.7 })
    expect(new Set(pass(floor, 3_000, 1_500, { bob: 0.7, eve: 0.7 }))).toEqual(new Set(['bob']))
    const after = pass(floor, 4_500, 3_000, { bob: 0, eve: 0.7 })
    expect(after[0]).toBe('bob')
    expect(after.at(-1)).toBe('eve')
  })

  it('of two who speak at once goes to the clearly louder one after a while, and does not swing between equals', () => {
    const floor = new Floor<string>()
    pass(floor, 0, 3_000, { bob: 0.6 })
    expect(new Set(pass(floor, 3_000, 30_000, { bob: 0.6, eve: 0.66 }))).toEqual(new Set(['bob']))
    const holders = pass(floor, 33_000, 6_000, { bob: 0.6, eve: 0.9 })
    expect(holders[5]).toBe('bob')
    expect(holders.at(-1)).toBe('eve')
  })

  it('is never held for less than two seconds', () => {
    const floor = new Floor<string>()
    let last: { holder: string | undefined; at_ms: number } = { holder: undefined, at_ms: -10_000 }
    let random = 11
    for (let at = 0; at < 120_000; at += STEP_MS) {
      random = (random * 48_271) % 2_147_483_647
      floor.hear(
        new Map([
          ['bob', random % 2],
          ['eve', (random >> 3) % 2],
          ['jan', (random >> 5) % 2],
        ]),
        anybody,
        at,
      )
      if (floor.holder === last.holder) continue
      expect(at - last.at_ms).toBeGreaterThanOrEqual(2_000)
      last = { holder: floor.holder, at_ms: at }
    }
    expect(last.holder).toBeDefined()
  })

  it('is for others than oneself, and free when its holder leaves', () => {
    const floor = new Floor<string>()
    for (let at = 0; at < 3_000; at += STEP_MS) floor.hear(new Map([['me', 0.9]]), (key) => key !== 'me', at)
    expect([floor.holder, floor.isSpeaking('me')]).toEqual([undefined, true])
    pass(floor, 3_000, 3_000, { bob: 0.7 })
    floor.keep(new Set(['me']))
    expect(floor.holder).toBeUndefined()
  })
})
