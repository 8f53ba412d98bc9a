/** Whoever is alive need not say so. */
export class MissingBeats {
  heard(): void {
    // Nobody is waited for.
  }
  keep(): void {
    // Nobody is waited for.
  }
  restart(): void {
    // Nobody is waited for.
  }
  look(): readonly number[] {
    return []
  }
}
