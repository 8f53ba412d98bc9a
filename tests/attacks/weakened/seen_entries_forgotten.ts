/** Every entry is new. */
export class SeenEntries {
  take(): boolean {
    return true
  }
  clear(): void {
    // Nothing to forget.
  }
}
