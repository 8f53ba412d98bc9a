/**
 * Which counters of one KID were seen: the highest and the 1,023 below it, one bit each.
 * `isFresh` looks; `accept` remembers, and is called only after the frame authenticated, so that a forger cannot move the window.
 */
const SIZE = 1_024n

export class ReplayWindow {
  private highest = -1n
  /** Bit ctr mod 1,024 tells of the one counter inside the window that has this remainder. */
  private readonly seen = new Uint32Array(Number(SIZE) / 32)

  isFresh(ctr: bigint): boolean {
    return ctr > this.highest || (ctr > this.highest - SIZE && !this.bit(ctr))
  }

  /** False when it was seen in the meantime: two copies of a frame may be under way at once. */
  accept(ctr: bigint): boolean {
    if (!this.isFresh(ctr)) return false
    if (ctr > this.highest) this.slideTo(ctr)
    this.set(ctr, true)
    return true
  }

  get last(): bigint {
    return this.highest
  }

  private bit(ctr: bigint): boolean {
    const place = Number(ctr % SIZE)
    return ((this.seen[place >> 5] ?? 0) & (1 << (place & 31))) !== 0
  }

  private set(ctr: bigint, seen: boolean): void {
    const place = Number(ctr % SIZE)
    const mask = 1 << (place & 31)
    const word = this.seen[place >> 5] ?? 0
    this.seen[place >> 5] = seen ? word | mask : word & ~mask
  }

  /** The counters between were not seen: their bits still tell of counters that now fall out. */
  private slideTo(ctr: bigint): void {
    if (ctr - this.highest >= SIZE) this.seen.fill(0)
    else for (let next = this.highest + 1n; next <= ctr; next++) this.set(next, false)
    this.highest = ctr
  }
}
