import { describe, expect, it } from 'vitest'
import { RelayReach } from './relay_reach'

const looking = (): RelayReach => {
  const reach = new RelayReach()
  reach.look(1_000)
  return reach
}

describe('a relay that does not answer', () => {
  it('is said after eight seconds without an address there', () => {
    const reach = looking()
    expect(reach.isMissing(1_000)).toBe(false)
    expect(reach.isMissing(8_999)).toBe(false)
    expect(reach.isMissing(9_000)).toBe(true)
  })

  it('is said at once when the browser has looked everywhere', () => {
    const reach = looking()
    reach.gathered(false)
    expect(reach.isMissing(1_001)).toBe(true)
  })

  it('stays said over the next legs, until one of them finds it', () => {
    const reach = looking()
    reach.gathered(false)
    reach.look(13_000)
    expect(reach.isMissing(13_000)).toBe(true)
    reach.gathered(true)
    expect(reach.isMissing(60_000)).toBe(false)
    reach.look(61_000)
    expect(reach.isMissing(62_000)).toBe(false)
  })

  it('is no news when nobody looks for it, and when media flows', () => {
    const reach = new RelayReach()
    reach.gathered(false)
    expect(reach.isMissing(60_000)).toBe(false)
    reach.look(60_000)
    reach.rest()
    reach.gathered(false)
    expect(reach.isMissing(90_000)).toBe(false)
  })

  it('is missing no more when an address came late', () => {
    const reach = looking()
    expect(reach.isMissing(10_000)).toBe(true)
    reach.gathered(true)
    expect(reach.isMissing(10_001)).toBe(false)
    reach.gathered(false)
    expect(reach.isMissing(20_000)).toBe(false)
  })
})
