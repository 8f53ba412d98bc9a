import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CAMERA, SCREEN } from '../leg/streams'
import { ShownHeights } from './shown_heights'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function world(): { readonly heights: ShownHeights; readonly told: () => number } {
  let told = 0
  const heights = new ShownHeights(() => void told++)
  return { heights, told: () => told }
}

describe('heights of what is shown', () => {
  it('are told once after a pause, however often they are said, and only when they are news', () => {
    const { heights, told } = world()
    for (let height_px = 100; height_px < 350; height_px++) heights.show(3, 'camera', height_px)
    expect([heights.of(3, CAMERA), told()]).toEqual([0, 0])
    vi.advanceTimersByTime(300)
    expect([heights.of(3, CAMERA), told()]).toEqual([360, 1])
    heights.show(3, 'camera', 355)
    vi.advanceTimersByTime(300)
    expect(told()).toBe(1)
  })

  it('go up to the next step, and nobody has an opinion of what was never said', () => {
    const { heights } = world()
    heights.show(1, 'camera', 9_000)
    heights.show(1, 'screen', 541)
    heights.show(2, 'camera', 0)
    heights.show(500, 'camera', 100)
    heights.show(4, 'camera', Number.NaN)
    vi.advanceTimersByTime(300)
    expect([heights.of(1, CAMERA), heights.of(1, SCREEN), heights.of(2, CAMERA)]).toEqual([2_160, 720, 1])
    expect([heights.of(2, SCREEN), heights.of(500, CAMERA), heights.of(4, CAMERA)]).toEqual([0, 0, 0])
  })
})
