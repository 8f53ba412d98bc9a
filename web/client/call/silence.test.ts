import { describe, expect, it } from 'vitest'
import { Silence } from './silence'

describe('a silent path', () => {
  it('is one on which not a byte came for a second', () => {
    const silence = new Silence()
    expect(silence.hear('a', 100, true, 0)).toBe(false)
    expect(silence.hear('a', 101, true, 1_000)).toBe(false)
    expect(silence.hear('a', 101, true, 1_300)).toBe(false)
    expect(silence.hear('a', 101, true, 2_000)).toBe(true)
    expect(silence.hear('a', 101, true, 3_000)).toBe(true)
    expect(silence.hear('a', 102, true, 4_000)).toBe(false)
  })

  it('is no news while the other side sends nothing', () => {
    const silence = new Silence()
    silence.hear('a', 100, true, 0)
    expect(silence.hear('a', 100, false, 5_000)).toBe(false)
    expect(silence.hear('a', 100, true, 5_500)).toBe(false)
  })

  it('says nothing about another leg, nor without a reading', () => {
    const silence = new Silence()
    silence.hear('a', 100, true, 0)
    expect(silence.hear('b', 100, true, 5_000)).toBe(false)
    expect(silence.hear('b', null, true, 10_000)).toBe(false)
    expect(silence.hear('b', null, true, 15_000)).toBe(false)
  })
})
