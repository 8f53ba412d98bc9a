/** How tall something is on the screen, in the device's own pixels, said whenever that changes: 0 while it is scrolled away or the page is hidden. */

/** What a tile says of its picture; it bubbles to the page, which tells the call. */
export const SHOWN = 'picture-shown'
export interface Shown {
  readonly leafIndex: number
  readonly kind: 'camera' | 'screen'
  readonly heightPx: number
}

/** Looks until the returned function is called; `tell` hears of the first look as well. */
export function watchHeight(element: Element, tell: (heightPx: number) => void): () => void {
  let css_px = 0
  let isInView = true
  let told = Number.NaN
  const look = (): void => {
    const heightPx = isInView && !document.hidden ? Math.round(css_px * devicePixelRatio) : 0
    if (heightPx === told) return
    told = heightPx
    tell(heightPx)
  }
  const sizes = new ResizeObserver((entries) => {
    css_px = entries.at(-1)?.contentRect.height ?? css_px
    look()
  })
  const places = new IntersectionObserver((entries) => {
    isInView = entries.at(-1)?.isIntersecting ?? isInView
    look()
  })
  sizes.observe(element)
  places.observe(element)
  document.addEventListener('visibilitychange', look)
  return () => {
    sizes.disconnect()
    places.disconnect()
    document.removeEventListener('visibilitychange', look)
  }
}

interface Pictured {
  readonly self: boolean
  readonly leafIndex: number
}

/** Says of one tile how tall its picture is shown. */
export class TileHeight {
  #heightPx: number | undefined
  #shown: Omit<Shown, 'heightPx'> | undefined
  #said = ''
  #stop: (() => void) | undefined

  constructor(private readonly tile: HTMLElement) {}

  /** Whose tile it is now, and of which of their pictures; called after each drawing. */
  draw({ self, leafIndex }: Pictured, kind: Shown['kind']): void {
    const video = this.tile.querySelector('video')
    if (self || !video) return
    this.#shown = { leafIndex, kind }
    this.#stop ??= watchHeight(video, (heightPx) => {
      this.#heightPx = heightPx
      this.#say()
    })
    this.#say()
  }

  /** The tile is gone: what draws the same picture elsewhere says its own height. */
  stop(): void {
    this.#stop?.()
    this.#stop = undefined
    this.#said = ''
  }

  #say(): void {
    if (this.#shown === undefined || this.#heightPx === undefined) return
    const { leafIndex, kind } = this.#shown
    const said = `${leafIndex} ${kind} ${this.#heightPx}`
    if (said === this.#said) return
    this.#said = said
    this.tile.dispatchEvent(new CustomEvent<Shown>(SHOWN, { bubbles: true, detail: { leafIndex, kind, heightPx: this.#heightPx } }))
  }
}
