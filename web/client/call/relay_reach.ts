/**
 * Notices that our own relay does not answer. Under relay policy a device has no other address to offer: without one the two never meet, and no
 * browser says so. Nothing goes direct because of it.
 */
const PATIENCE_MS = 8_000

export class RelayReach {
  private since_ms: number | null = null
  private foundNothing = false

  /** A leg is made, and looks for its relay; one after another until one of them finds it. */
  look(now_ms: number): void {
    this.since_ms ??= now_ms
  }

  /** What the browser found: an address at the relay, or in the end none. */
  gathered(any: boolean): void {
    if (any) this.rest()
    else this.foundNothing = this.since_ms !== null
  }

  /** There is a path, or nothing to look for. */
  rest(): void {
    this.since_ms = null
    this.foundNothing = false
  }

  /** Whether that is long enough to say it: browsers wait for silent relays far longer than people do. */
  isMissing(now_ms: number): boolean {
    return this.since_ms !== null && (this.foundNothing || now_ms - this.since_ms >= PATIENCE_MS)
  }
}
