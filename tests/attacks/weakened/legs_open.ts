/** Every leg carries frames, described and verified or not. */
export class Legs {
  describe(): boolean {
    return true
  }
  isOpen(): boolean {
    return true
  }
  verify(): Promise<boolean> {
    return Promise.resolve(true)
  }
  close(): void {
    // Nothing is closed.
  }
}
