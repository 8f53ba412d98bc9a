/**
 * Notices that nothing arrives any more, sooner than the browser says so. Sound at a constant rate flows all the time: from somebody whose
 * microphone or camera is on, a second without a byte is a path that has gone.
 */
export class Silence {
  private legId = ''
  private receivedBytes: number | null = null
  private since_ms = 0

  /** For how many milliseconds not a byte came on this leg though some were expected. */
  hear(legId: string, receivedBytes: number | null, isExpected: boolean, now_ms: number): number {
    const isSame = isExpected && this.legId === legId && receivedBytes !== null && receivedBytes === this.receivedBytes
    this.legId = legId
    this.receivedBytes = receivedBytes
    if (!isSame) this.since_ms = now_ms
    return now_ms - this.since_ms
  }
}
