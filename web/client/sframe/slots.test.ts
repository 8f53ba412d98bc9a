import { describe, expect, it } from 'vitest'
import { Slots, type Tile } from './slots'

const bob: Tile = { participantId: 'b', leafIndex: 1, context: 1 }

describe('slots of a leg to the SFU', () => {
  it('show a tile once, and only what is wanted now', () => {
    const shown: string[] = []
    const slots = new Slots((legId, slot, tile) => shown.push(`${legId} ${slot} ${tile.participantId}`))
    slots.wish('leg', [{ slot: 3, ...bob }], 0)
    const tile = slots.tile('leg', 3)
    if (!tile) throw new Error('no tile')
    slots.show('leg', 3, tile)
    slots.show('leg', 3, tile)
    expect(shown).toEqual(['leg 3 b'])
    slots.wish('leg', [{ slot: 3, ...bob, participantId: 'c' }], 1)
    expect(slots.tile('leg', 3)?.isShown).toBe(false)
    slots.show('leg', 3, tile)
    expect(shown).toHaveLength(1)
  })

  it('keep what is still wanted, empty what is not named, and forget a closed leg', () => {
    const slots = new Slots(() => undefined)
    slots.wish('leg', [{ slot: 0, ...bob }], 0)
    const before = slots.tile('leg', 0)
    slots.wish('leg', [{ slot: 0, ...bob }], 9)
    expect(slots.tile('leg', 0)).toBe(before)
    slots.wish('leg', [], 10)
    expect(slots.tile('leg', 0)).toBeNull()
    slots.wish('leg', [{ slot: 0, ...bob }], 11)
    slots.close('leg')
    expect(slots.tile('leg', 0)).toBeNull()
  })

  it('hold four legs, the oldest go first', () => {
    const slots = new Slots(() => undefined)
    for (const legId of ['a', 'b', 'c', 'd', 'e']) slots.wish(legId, [{ slot: 0, ...bob }], 0)
    expect(['a', 'b', 'c', 'd', 'e'].map((legId) => slots.tile(legId, 0) !== null)).toEqual([false, true, true, true, true])
  })
})
