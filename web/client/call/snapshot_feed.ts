/**
 * Hands each snapshot to whoever listens. Changes that come close together are one drawing: a picture of a call takes longer to draw than what follows it
 * takes to come, and that need not wait.
 */
import type { CallSnapshot } from '../api'

/** A quarter of a frame of the screen. */
const TOGETHER_MS = 4

export class SnapshotFeed {
  private readonly listeners = new Set<(snapshot: CallSnapshot) => void>()
  private isDrawing = false
  private last: CallSnapshot | null = null

  constructor(private readonly compose: () => CallSnapshot) {}

  get current(): CallSnapshot {
    return (this.last ??= this.compose())
  }

  subscribe(listener: (snapshot: CallSnapshot) => void): () => void {
    this.listeners.add(listener)
    listener(this.current)
    return () => this.listeners.delete(listener)
  }

  draw(): void {
    if (this.isDrawing) return
    this.isDrawing = true
    const draw = (): void => {
      this.isDrawing = false
      const next = this.compose()
      this.last = next
      for (const listener of this.listeners) listener(next)
    }
    // Timers of a page that nobody looks at run once a second.
    if (document.visibilityState === 'hidden') queueMicrotask(draw)
    else setTimeout(draw, TOGETHER_MS)
  }
}
