import { describe, expect, it } from 'vitest'
import { fit } from './fit'

const GAP = 12
const shapes = { desk: [1_248, 640], phone: [374, 690], lying: [828, 250], wall: [2_500, 1_300] } as const
const columnsOf = (tiles: number, [width, height]: readonly [number, number]): number => fit(tiles, width, height, GAP).columns

describe('tiles in a room', () => {
  it('stand side by side where it is wide, and one above the other where it is upright', () => {
    expect([1, 2, 3, 4, 6, 9, 12, 30].map((tiles) => columnsOf(tiles, shapes.desk))).toEqual([1, 2, 2, 2, 3, 3, 4, 6])
    expect([1, 2, 3, 4, 6].map((tiles) => columnsOf(tiles, shapes.phone))).toEqual([1, 1, 1, 2, 2])
    expect([1, 2, 3].map((tiles) => columnsOf(tiles, shapes.lying))).toEqual([1, 2, 3])
  })

  it('have room for everybody, and no row or column that is empty', () => {
    for (const [width, height] of Object.values(shapes)) {
      for (let tiles = 1; tiles <= 30; tiles++) {
        const { columns, rows } = fit(tiles, width, height, GAP)
        expect(columns * rows).toBeGreaterThanOrEqual(tiles)
        expect(columns * (rows - 1)).toBeLessThan(tiles)
        expect((columns - 1) * Math.ceil(tiles / columns)).toBeLessThan(tiles)
      }
    }
  })

  it('scroll rather than become too small to know a face', () => {
    const { columns, rows, scrolledHeight } = fit(30, ...shapes.phone, 8)
    expect([columns, rows]).toEqual([3, 10])
    expect(scrolledHeight).toBeGreaterThanOrEqual(100)
    expect(fit(30, ...shapes.desk, GAP).scrolledHeight).toBeUndefined()
    expect(fit(30, 200, 200, GAP)).toMatchObject({ columns: 1, rows: 30 })
  })

  it('are placed even before the room has a size', () => {
    expect(fit(1, 0, 0, GAP)).toEqual({ columns: 1, rows: 1 })
    expect(fit(0, 0, 0, GAP)).toEqual({ columns: 1, rows: 1 })
    expect(fit(5, 0, 0, GAP).columns).toBe(1)
  })
})
