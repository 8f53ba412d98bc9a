import { describe, expect, it } from 'vitest'
import { Silence } from './silence'

describe('a silent path', () => {
  it('is as old as the last byte that was expected', () => {
    const silence = new Silence()
    expect(silence.hear('a', 100, true, 500)).toBe(0)
    expect(silence.hear('a', 101, true, 1_000)).toBe(0)
    expect(silence.hear('a', 101, true, 1_300)).toBe(300)
    expect(silence.hear('a', 101, true, 2_000)).toBe(1_000)
    expect(silence.hear('a', 102, true, 4_000)).toBe(0)
  })

  it('is no news while the other side sends nothing', () => {
    const silence = new Silence()
    silence.hear('a', 100, true, 0)
    expect(silence.hear('a', 100, false, 5_000)).toBe(0)
    expect(silence.hear('a', 100, true, 5_500)).toBe(500)
  })

  it('says nothing about another leg, nor without a reading', () => {
    const silence = new Silence()
    silence.hear('a', 100, true, 0)
    expect(silence.hear('b', 100, true, 5_000)).toBe(0)
    expect(silence.hear('b', null, true, 10_000)).toBe(0)
    expect(silence.hear('b', null, true, 15_000)).toBe(0)
  })
})
