/**
 * Whether pictures of others are asked for: the person may want only sound, and a network that is too weak for pictures makes them rest by themselves.
 * They come back when it has been well for a while, each time for longer, so that they do not come and go.
 */
import type { CallSnapshot } from '../api'
import type { Readings } from '../security/readings'

const LOSS_MAX = 0.25
const ROUND_TRIP_MS_MAX = 2_000
/** One reading a second. */
const BAD_READINGS = 6
const GOOD_READINGS = 15
const GOOD_READINGS_MAX = 120

export class Pictures {
  private onlySound = false
  private isResting = false
  private run = 0
  private patience = GOOD_READINGS

  get wanted(): boolean {
    return !this.onlySound && !this.isResting
  }
  get view(): NonNullable<CallSnapshot['pictures']> {
    return this.onlySound ? 'only-sound' : this.isResting ? 'resting' : 'shown'
  }

  choose(onlySound: boolean): void {
    this.onlySound = onlySound
    this.isResting = false
    this.run = 0
  }

  /** Once a second. True when pictures begin or end to rest. */
  hear(readings: Readings): boolean {
    const worst = Math.max(readings.lossRatio ?? 0, readings.receivedLossRatio ?? 0)
    const isBad = worst > LOSS_MAX || (readings.roundTrip_ms ?? 0) > ROUND_TRIP_MS_MAX
    this.run = isBad === this.isResting ? 0 : this.run + 1
    if (this.run < (this.isResting ? this.patience : BAD_READINGS)) return false
    if (this.isResting) this.patience = Math.min(GOOD_READINGS_MAX, this.patience * 2)
    this.isResting = !this.isResting
    this.run = 0
    return !this.onlySound
  }
}
