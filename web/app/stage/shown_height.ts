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
  readonly media: { readonly screen: boolean }
}

/** Says of one person's tile which of their pictures it shows, and how tall. */
export class TileHeight {
  #heightPx: number | undefined
  #person: Pictured | undefined
  #said = ''
  #stop: (() => void) | undefined

  constructor(private readonly tile: HTMLElement) {}

  /** `person`: whose tile it is now; called after each drawing. */
  draw(person: Pictured): void {
    const video = this.tile.querySelector('video')
    this.#person = person
    if (person.self || !video) return
    this.#stop ??= watchHeight(video, (heightPx) => {
      this.#heightPx = heightPx
      this.#say()
    })
    this.#say()
  }

  stop(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  /** A shared screen stands in place of the camera. */
  #say(): void {
    if (this.#person === undefined || this.#heightPx === undefined) return
    const { leafIndex, media } = this.#person
    const said = `${leafIndex} ${media.screen} ${this.#heightPx}`
    if (said === this.#said) return
    this.#said = said
    for (const kind of ['camera', 'screen'] as const) {
      const heightPx = (kind === 'screen') === media.screen ? this.#heightPx : 0
      this.tile.dispatchEvent(new CustomEvent<Shown>(SHOWN, { bubbles: true, detail: { leafIndex, kind, heightPx } }))
    }
  }
}
