/** How many columns of tiles make the best use of a room's width and height. */

export interface Fit {
  readonly columns: number
  readonly rows: number
  /** Of each tile, when more rows are needed than the room shows at once and it scrolls; in pixels. */
  readonly scrolledHeight?: number
}

/** Below this nobody is recognised any more. */
const HEIGHT_MIN_PX = 96
const WIDTH_MIN_PX = 112
/** Of a tile that scrolls: width by height. */
const SCROLLED_ASPECT = 1.15
const SCROLLED_HEIGHT_MIN_PX = 112
/** Pictures are this wide; a room that stands upright may take their sides away. */
const WIDEST = 16 / 9
const NARROWEST = { lying: 1.2, upright: 0.65 }

export function fit(tiles: number, width: number, height: number, gap: number): Fit {
  const count = Math.max(1, tiles)
  let best = { columns: 1, rows: count, area: -1 }
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns)
    // A whole column that nobody sits in is not worth a look.
    if (columns > 1 && Math.ceil(count / (columns - 1)) === rows) continue
    const area = usable((width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows, height > width)
    if (area > best.area) best = { columns, rows, area }
  }
  const isTooSmall = best.area < WIDTH_MIN_PX * HEIGHT_MIN_PX && count > 1
  return isTooSmall ? scrolled(count, width, gap) : { columns: best.columns, rows: best.rows }
}

/** The part of a tile that a picture fills without losing too much of itself. */
function usable(width: number, height: number, isUpright: boolean): number {
  if (width <= 0 || height <= 0) return 0
  const narrowest = isUpright ? NARROWEST.upright : NARROWEST.lying
  return Math.min(width, height * WIDEST) * Math.min(height, width / narrowest)
}

function scrolled(count: number, width: number, gap: number): Fit {
  const most = Math.min(count, Math.max(1, Math.floor((width + gap) / (WIDTH_MIN_PX + gap))))
  const rows = Math.ceil(count / most)
  const columns = Math.ceil(count / rows)
  const tile = (width - gap * (columns - 1)) / columns
  return { columns, rows, scrolledHeight: Math.max(SCROLLED_HEIGHT_MIN_PX, Math.round(tile / SCROLLED_ASPECT)) }
}
