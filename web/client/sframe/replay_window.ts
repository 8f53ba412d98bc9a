/**
 * Which counters of one KID were seen: the highest and the 1,024 below it.
 * `isFresh` looks; `accept` remembers, and is called only after the frame authenticated, so that a forger cannot move the window.
 */
const SIZE = 1_024n

export class ReplayWindow {
  private highest = -1n
  private readonly seen = new Set<bigint>()

  isFresh(ctr: bigint): boolean {
    return ctr > this.highest || (ctr > this.highest - SIZE && !this.seen.has(ctr))
  }

  /** False when it was seen in the meantime: two copies of a frame may be under way at once. */
  accept(ctr: bigint): boolean {
    if (!this.isFresh(ctr)) return false
    this.seen.add(ctr)
    if (ctr > this.highest) {
      this.highest = ctr
      if (this.seen.size > Number(SIZE) * 2) for (const old of this.seen) if (old <= this.highest - SIZE) this.seen.delete(old)
    }
    return true
  }

  get last(): bigint {
    return this.highest
  }
}
