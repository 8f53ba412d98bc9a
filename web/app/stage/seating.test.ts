import { describe, expect, it } from 'vitest'
import { Places, seat, shape } from './seating'

describe('people in the room', () => {
  it('sit in the order in which they came', () => {
    expect(seat([], ['a', 'b', 'c'])).toEqual(['a', 'b', 'c'])
  })

  it('stay where they are when somebody leaves, and when the order of the list changes', () => {
    expect(seat(['a', 'b', 'c', 'd'], ['d', 'a', 'c'])).toEqual(['a', null, 'c', 'd'])
  })

  it('leave a chair that the next one takes', () => {
    expect(seat(['a', null, 'c', 'd'], ['a', 'c', 'd', 'e'])).toEqual(['a', 'e', 'c', 'd'])
  })

  it('come back to their own chair when it is still free, whoever sat down meanwhile', () => {
    const places = new Places()
    const after = (seats: ReturnType<typeof seat>, present: readonly string[]): ReturnType<typeof seat> => seat(seats, present, places)
    const nine = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
    const stayed = nine.slice(2)
    const without = after(nine, stayed)
    expect(without).toEqual([null, null, ...stayed])
    expect(after(without, ['b', ...stayed])).toEqual([null, 'b', ...stayed])
    const taken = after(without, ['x', 'y', ...stayed])
    expect(taken).toEqual(['x', 'y', ...stayed])
    expect(after(taken, ['x', 'y', ...stayed, 'b'])).toEqual(['x', 'y', ...stayed, 'b'])
    expect(after(after(nine, []), nine.toReversed())).toEqual(nine)
  })

  it('do not keep empty chairs at the end', () => {
    expect(seat(['a', 'b', 'c'], ['a', 'b'])).toEqual(['a', 'b'])
  })

  it('move together only when the empty chairs cost everybody a row or a column', () => {
    const nine = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
    expect(seat(nine, ['a', 'c', 'd', 'e', 'f', 'g', 'i'])).toEqual(['a', null, 'c', 'd', 'e', 'f', 'g', null, 'i'])
    expect(seat(nine, ['a', 'c', 'd', 'e', 'f', 'i'])).toEqual(['a', 'c', 'd', 'e', 'f', 'i'])
  })

  it('have a seat each, whatever came before, through a hundred comings and goings', () => {
    let random = 7
    const next = (below: number): number => (random = (random * 48_271) % 2_147_483_647) % below
    let seats: ReturnType<typeof seat> = []
    let here: string[] = []
    for (let step = 0; step < 100; step++) {
      here = here.length > 0 && next(2) === 0 ? here.filter((_, at) => at !== next(here.length)) : [...here, `p${step}`]
      seats = seat(seats, here)
      expect(seats.filter((key) => key !== null).toSorted()).toEqual(here.toSorted())
    }
  })
})

describe('the grid', () => {
  it('has room for everybody and no row or column to spare', () => {
    for (let seats = 1; seats <= 100; seats++) {
      const { columns, rows } = shape(seats)
      expect(columns * rows).toBeGreaterThanOrEqual(seats)
      expect(columns * (rows - 1)).toBeLessThan(seats)
    }
  })

  it('shows one alone, two side by side, six in two rows and thirty in five', () => {
    expect([1, 2, 6, 30].map((seats) => shape(seats))).toEqual([
      { columns: 1, rows: 1 },
      { columns: 2, rows: 1 },
      { columns: 3, rows: 2 },
      { columns: 6, rows: 5 },
    ])
  })
})
