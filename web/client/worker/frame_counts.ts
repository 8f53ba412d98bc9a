/** Frames since the worker began, for the page's readings and for signs of life. */
import type { FrameWatch } from '../sframe/transform'

/** Fewer come late by themselves, when a frame was lost and sent again. */
const LATE_MIN = 20

export class FrameCounts implements FrameWatch {
  private sentFrames = 0
  private openedFrames = 0
  private refusedFrames = 0
  private unsealedFrames = 0
  private lateFrames = 0
  private readonly by = new Map<string, number>()
  constructor(private readonly heard: (leafIndex: number) => void) {}

  sent(): void {
    this.sentFrames++
  }
  opened(leafIndex: number, context: number): void {
    this.openedFrames++
    const key = `${leafIndex}/${context}`
    this.by.set(key, (this.by.get(key) ?? 0) + 1)
    this.heard(leafIndex)
  }
  /** What waits for a key or for its leg is no attack; what does not authenticate may be. */
  refused(direction: 'send' | 'receive', reason: string): void {
    if (direction === 'send' || reason === 'gate' || reason === 'no-key' || reason === 'no-key-frame' || reason === 'empty') return
    this.refusedFrames++
    if (reason === 'late') this.lateFrames++
    else if (reason !== 'replay') this.unsealedFrames++
  }

  /** Whether frames arrived since the last question that nobody of this call sealed for the tile that they claim. */
  takeUnsealed(): boolean {
    const any = this.unsealedFrames > 0
    this.unsealedFrames = 0
    return any
  }

  /** Whether more frames than networks do that to came behind their successors since the last question. */
  takeLate(): boolean {
    const many = this.lateFrames >= LATE_MIN
    this.lateFrames = 0
    return many
  }

  get event(): {
    readonly type: 'frames'
    readonly sent: number
    readonly opened: number
    readonly refused: number
    readonly openedBy: Readonly<Record<string, number>>
  } {
    return { type: 'frames', sent: this.sentFrames, opened: this.openedFrames, refused: this.refusedFrames, openedBy: Object.fromEntries(this.by) }
  }
}
