/** Who was heard lately (spec/5-group.md). The clock stands still while our own socket is down, and starts anew with it. */
export const SILENCE_MS = 15_000
export const TURN_MS = 2_000
/** Whoever was removed comes back by itself, but not for ever: then somebody wants it gone. */
const RETURNS_MAX = 3
const RETURNS_MS = 300_000
/** A socket that comes back gives what was missed another chance; one that comes and goes for ever would hide for ever what it withholds. */
export const RESTARTS_MAX = 3

export class Liveness {
  private readonly heard = new Map<number, number>()
  private readonly leaving = new Set<number>()
  private upSince_ms: number | null = null
  private returns: readonly number[] = []

  socketUp(now_ms: number): void {
    this.upSince_ms = now_ms
  }
  socketDown(): void {
    this.upSince_ms = null
  }
  get isUp(): boolean {
    return this.upSince_ms !== null
  }

  /** Our own leaf was removed: whether we ask to be let in again. */
  mayReturn(now_ms: number): boolean {
    const recent = this.returns.filter((at_ms) => now_ms - at_ms < RETURNS_MS)
    this.returns = [...recent, now_ms].slice(-RETURNS_MAX)
    return recent.length < RETURNS_MAX
  }

  hear(leaf: number, now_ms: number): void {
    this.heard.set(leaf, now_ms)
  }
  says_bye(leaf: number): void {
    this.leaving.add(leaf)
  }

  /** Keeps only who is in the group; who is new counts as heard now. */
  keep(leaves: readonly number[], replaced: readonly number[], now_ms: number): void {
    for (const leaf of this.heard.keys()) if (!leaves.includes(leaf)) this.heard.delete(leaf)
    for (const leaf of this.leaving) if (!leaves.includes(leaf) || replaced.includes(leaf)) this.leaving.delete(leaf)
    for (const leaf of leaves) if (!this.heard.has(leaf) || replaced.includes(leaf)) this.heard.set(leaf, now_ms)
  }

  /** Milliseconds of silence that count. */
  silence_ms(leaf: number, now_ms: number): number {
    if (this.upSince_ms === null) return 0
    return now_ms - Math.max(this.heard.get(leaf) ?? now_ms, this.upSince_ms)
  }

  /** Members that act: neither leaving nor silent. */
  isActive(leaf: number, now_ms: number): boolean {
    return !this.leaving.has(leaf) && this.silence_ms(leaf, now_ms) < SILENCE_MS
  }

  /** Whom the member whose turn is `rank` may remove now. */
  removable(leaves: readonly number[], rank: number, now_ms: number): readonly number[] {
    return leaves.filter((leaf) => this.leaving.has(leaf) || this.silence_ms(leaf, now_ms) >= SILENCE_MS + rank * TURN_MS)
  }
}

/** How many active members stand before us; they act first, each 2 s before the next. */
export const rankOf = (ownLeaf: number, leaves: readonly number[], isActive: (leaf: number) => boolean): number =>
  leaves.filter((leaf) => leaf < ownLeaf && isActive(leaf)).length
