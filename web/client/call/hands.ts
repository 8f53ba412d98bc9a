/** Whose hand is up, in the order in which the log brought it. A hand goes down with its member. Bounds: one place for each leaf of the group. */
export class Hands {
  private raised: readonly number[] = []

  take(leaf: number, up: boolean): void {
    const isUp = this.raised.includes(leaf)
    if (up && !isUp) this.raised = [...this.raised, leaf]
    if (!up && isUp) this.raised = this.raised.filter((one) => one !== leaf)
  }

  keep(leaves: ReadonlySet<number>): void {
    this.raised = this.raised.filter((leaf) => leaves.has(leaf))
  }

  /** From 1; 0 while it is down. */
  placeOf(leaf: number): number {
    return this.raised.indexOf(leaf) + 1
  }
}
