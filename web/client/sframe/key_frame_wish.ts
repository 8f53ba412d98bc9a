/**
 * When a receiver asks for a key frame: a dropped video frame breaks those that build on it. At most twice a second while frames are dropped, and once more
 * with the first that opens again, since the last answer may have been dropped too.
 */
import type { Codec } from './clear_bytes'

const PAUSE_MS = 500

export class KeyFrameWish {
  private asked_ms = Number.NEGATIVE_INFINITY
  private isBroken = false
  constructor(private readonly ask: () => void) {}

  dropped(now_ms: number): void {
    this.isBroken = true
    if (now_ms - this.asked_ms < PAUSE_MS) return
    this.asked_ms = now_ms
    this.ask()
  }

  /** `isKeyFrame`: this one builds on nothing. */
  opened(isKeyFrame: boolean, now_ms: number): void {
    if (!this.isBroken) return
    this.isBroken = false
    if (isKeyFrame) return
    this.asked_ms = now_ms
    this.ask()
  }
}

/** The wish of one receiver; of sound there is nothing to wish. */
export const keyFrameWish = (transformer: RTCRtpScriptTransformer, codec: Codec): KeyFrameWish =>
  new KeyFrameWish(() => {
    if (codec !== 'opus') transformer.sendKeyFrameRequest().catch(() => undefined)
  })
