/** Hands each snapshot to whoever listens. Many changes in one task are one drawing. */
import type { CallSnapshot } from '../api'

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
    queueMicrotask(() => {
      this.isDrawing = false
      const next = this.compose()
      this.last = next
      for (const listener of this.listeners) listener(next)
    })
  }
}
