/** The window moves before the frame authenticated, so that a forger moves it past everything that is to come. */
export class ReplayWindow {
  last = -1n
  isFresh(ctr: bigint): boolean {
    if (ctr <= this.last) return false
    this.last = ctr
    return true
  }
  accept(): boolean {
    return true
  }
}
