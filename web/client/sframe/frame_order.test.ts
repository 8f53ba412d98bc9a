import { describe, expect, it } from 'vitest'
import { FrameOrder, placeOf } from './frame_order'

const PATIENCE_MS = 500
const at = (ctr: number, epoch = 1): bigint => placeOf(epoch, BigInt(ctr))

/** Opens counters `from` to `to`, one every 20 ms from then on. */
function run(order: FrameOrder, from: number, to: number, start_ms: number): number {
  for (let ctr = from; ctr <= to; ctr++) order.opened(at(ctr), false, PATIENCE_MS, start_ms + (ctr - from) * 20)
  return start_ms + (to - from) * 20
}

describe('the order of a stream', () => {
  it('lets a frame come after those that it preceded, for as long as networks do that', () => {
    const order = new FrameOrder()
    const now = run(order, 0, 100, 0)
    expect(order.isLate(at(99), PATIENCE_MS, now)).toBe(false)
    expect(order.isLate(at(80), PATIENCE_MS, now)).toBe(false)
  })

  it('finds late what was overtaken longer ago', () => {
    const order = new FrameOrder()
    const now = run(order, 0, 100, 0)
    expect(order.isLate(at(60), PATIENCE_MS, now)).toBe(true)
    expect(order.isLate(at(100), PATIENCE_MS, now + 60_000)).toBe(false)
    expect(order.isLate(at(99), PATIENCE_MS, now + 60_000)).toBe(true)
    expect(order.isLate(at(101), PATIENCE_MS, now + 60_000)).toBe(false)
  })

  it('goes on over epochs, in which counters begin anew', () => {
    const order = new FrameOrder()
    const now = run(order, 500, 600, 0)
    expect(order.isLate(at(0, 2), PATIENCE_MS, now)).toBe(false)
    order.opened(at(0, 2), false, PATIENCE_MS, now)
    expect(order.isLate(at(601, 1), PATIENCE_MS, now + 100)).toBe(false)
    expect(order.isLate(at(601, 1), PATIENCE_MS, now + PATIENCE_MS + 100)).toBe(true)
  })

  it('finds late what comes after a key frame that it preceded', () => {
    const order = new FrameOrder()
    expect(order.opened(at(10), true, PATIENCE_MS, 0)).toBe(true)
    expect(order.opened(at(9), false, PATIENCE_MS, 0)).toBe(false)
    expect(order.opened(at(11), false, PATIENCE_MS, 0)).toBe(true)
  })

  it('begins anew with a key frame that the one of another encoding overtook', () => {
    const order = new FrameOrder()
    order.opened(at(12), true, PATIENCE_MS, 0)
    expect(order.isLate(at(10), PATIENCE_MS, 100)).toBe(false)
    expect(order.opened(at(10), true, PATIENCE_MS, 100)).toBe(true)
    expect(order.opened(at(11), false, PATIENCE_MS, 130)).toBe(true)
    expect(order.opened(at(9), false, PATIENCE_MS, 130)).toBe(false)
  })

  it('goes back by no more than that, in however many steps', () => {
    const order = new FrameOrder()
    order.opened(at(12), true, PATIENCE_MS, 0)
    expect(order.opened(at(6), true, PATIENCE_MS, 0)).toBe(true)
    expect(order.opened(at(5), true, PATIENCE_MS, 0)).toBe(false)
    expect(order.opened(at(0), true, PATIENCE_MS, 0)).toBe(false)
  })

  it('keeps a bounded number of marks, however long a stream is', () => {
    const order = new FrameOrder()
    run(order, 0, 20_000, 0)
    expect(order.isLate(at(19_999), PATIENCE_MS, 400_000)).toBe(false)
    expect((order as unknown as { marks: unknown[] }).marks.length).toBeLessThanOrEqual(21)
  })
})
