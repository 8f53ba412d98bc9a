/**
 * The order of one member's stream. Counters tell in which order frames were made, over all legs and epochs; who carries them could otherwise put the
 * sentences of a call in another order, each frame once. What networks and retransmission do to the order stays within these times.
 *
 * Bounds: one mark for each step of the patience.
 */
export const LATE_SOUND_MS = 500
export const LATE_PICTURE_MS = 2_000
const STEPS = 20
/** Counters by which a key frame may be overtaken by another: three encodings take three for each picture, and leave a sender's queue in any order. */
const KEY_FRAMES_CROSS = 6n

/** An epoch's age and a counter as one number that grows. */
export const placeOf = (age: number, ctr: bigint): bigint => (BigInt(age) << 64n) | ctr

export class FrameOrder {
  private highest = -1n
  private highest_ms = 0
  /** Everything before this was overtaken long ago. */
  private passed = -1n
  /** The newest picture that builds on nothing, and the one that came last: what was made before that one builds on others. */
  private newestKeyFrame = -1n
  private keyFrame = -1n
  private readonly marks: Array<{ readonly at_ms: number; readonly place: bigint }> = []

  isLate(place: bigint, patience_ms: number, now_ms: number): boolean {
    this.forget(patience_ms, now_ms)
    return place < this.passed
  }

  /** Only after it authenticated. False for a picture from before the key frame that was shown, unless it is the key frame of another encoding. */
  opened(place: bigint, isKeyFrame: boolean, patience_ms: number, now_ms: number): boolean {
    this.forget(patience_ms, now_ms)
    this.mark(place, patience_ms, now_ms)
    if (!isKeyFrame) return place >= this.keyFrame
    if (place + KEY_FRAMES_CROSS < this.newestKeyFrame) return false
    this.keyFrame = place
    if (place > this.newestKeyFrame) this.newestKeyFrame = place
    return true
  }

  private mark(place: bigint, patience_ms: number, now_ms: number): void {
    if (place <= this.highest) return
    this.highest = place
    this.highest_ms = now_ms
    const last = this.marks.at(-1)
    if (last === undefined || now_ms - last.at_ms >= patience_ms / STEPS) this.marks.push({ at_ms: now_ms, place })
  }

  private forget(patience_ms: number, now_ms: number): void {
    for (let mark = this.marks[0]; mark && now_ms - mark.at_ms >= patience_ms; mark = this.marks[0]) {
      this.passed = mark.place
      this.marks.shift()
    }
    if (now_ms - this.highest_ms >= patience_ms) this.passed = this.highest
  }
}
