/** A steady look at somebody's tile: how long it ever stood still, and whose picture was in it. Runs inside the page, so it closes over nothing. */

export interface Gaze {
  /** Pictures that the browser presented, and the longest time between two of them. */
  readonly frames: number
  readonly longest_ms: number
}

/** Begins; `stopGazing` gives what was seen. */
export function gazeAt(name: string): void {
  const deep = (root: ParentNode): Element[] =>
    Array.from(root.querySelectorAll('*')).flatMap((e) => [e, ...(e.shadowRoot ? deep(e.shadowRoot) : [])])
  const labelOf = (element: Element): string => {
    for (let at: Element | null = element; at; at = at.parentElement ?? ((at.getRootNode() as ShadowRoot).host || null)) {
      const label = at.getAttribute?.('aria-label') ?? ''
      if (label || at.getAttribute?.('role') === 'group') return label
    }
    return ''
  }
  const seen = { frames: 0, longest_ms: 0, last_ms: performance.now(), isOver: false }
  let watched: HTMLVideoElement | undefined
  const tick = (): void => {
    const now = performance.now()
    seen.frames++
    seen.longest_ms = Math.max(seen.longest_ms, now - seen.last_ms)
    seen.last_ms = now
    if (!seen.isOver) watched?.requestVideoFrameCallback(tick)
  }
  /** A tile that is drawn anew has another element. */
  const look = (): void => {
    if (seen.isOver) return
    const video = deep(document).find((e): e is HTMLVideoElement => e instanceof HTMLVideoElement && labelOf(e).includes(name))
    if (video && video !== watched) {
      watched = video
      video.requestVideoFrameCallback(tick)
    }
    setTimeout(look, 100)
  }
  look()
  Object.assign(window, { __gazes: { ...((window as unknown as { __gazes?: object }).__gazes ?? {}), [name]: seen } })
}

export function stopGazing(name: string): Gaze {
  const seen = (window as unknown as { __gazes: Record<string, { frames: number; longest_ms: number; last_ms: number; isOver: boolean }> }).__gazes[
    name
  ]
  if (!seen) throw new Error(`nobody looked at ${name}`)
  seen.isOver = true
  return { frames: seen.frames, longest_ms: Math.round(Math.max(seen.longest_ms, performance.now() - seen.last_ms)) }
}
