/** Where the arrow keys lead in a menu (WAI-ARIA menu pattern): down and up by lines, left and right inside a line, round at the ends. */

/** A letter leads to the next item that begins with it. */
export interface MenuItem {
  /** Items that stand side by side have the same line. */
  readonly line: number
  readonly name: string
}

/** The item to go to, or undefined when this key leads nowhere. */
export function nextItem(items: readonly MenuItem[], at: number, key: string, isRightToLeft = false): number | undefined {
  const line = items[at]?.line
  switch (key) {
    case 'ArrowDown':
      return firstAfter(items, at, (item) => item.line !== line)
    case 'ArrowUp':
      return lineStart(
        items,
        firstBefore(items, at, (item) => item.line !== line),
      )
    case 'ArrowRight':
    case 'ArrowLeft':
      return sideways(items, at, (key === 'ArrowRight') === isRightToLeft ? -1 : 1)
    case 'Home':
      return 0
    case 'End':
      return lineStart(items, items.length - 1)
    default:
      return key.length === 1 ? firstAfter(items, at, ({ name }) => name.toLocaleLowerCase().startsWith(key.toLocaleLowerCase())) : undefined
  }
}

function firstAfter(items: readonly MenuItem[], at: number, fits: (item: MenuItem) => boolean): number | undefined {
  return items.map((_, step) => (at + 1 + step) % items.length).find((index) => fits(items[index] as MenuItem))
}

function firstBefore(items: readonly MenuItem[], at: number, fits: (item: MenuItem) => boolean): number | undefined {
  return items.map((_, step) => (at - 1 - step + 2 * items.length) % items.length).find((index) => fits(items[index] as MenuItem))
}

function lineStart(items: readonly MenuItem[], at: number | undefined): number | undefined {
  return at === undefined ? undefined : items.findIndex((item) => item.line === items[at]?.line)
}

function sideways(items: readonly MenuItem[], at: number, step: number): number | undefined {
  const beside = items.flatMap((item, index) => (item.line === items[at]?.line ? [index] : []))
  return beside.length < 2 ? undefined : beside[(beside.indexOf(at) + step + beside.length) % beside.length]
}
