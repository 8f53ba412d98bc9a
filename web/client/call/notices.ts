/** Problems that do not stop the call: shown for a while, or as long as they stand. */
import { problem, type Problem } from '../problem'

const SHOWN_MS = 20_000

export class Notices {
  private readonly passing = new Map<string, number>()
  private readonly standing = new Set<string>()

  show(code: string, now_ms: number): void {
    this.passing.set(code, now_ms + SHOWN_MS)
  }
  set(code: string, stands: boolean): void {
    if (stands) this.standing.add(code)
    else this.standing.delete(code)
  }
  /** With those that stand right now. */
  list(now_ms: number, now: readonly string[]): readonly Problem[] {
    for (const [code, until] of this.passing) if (now_ms >= until) this.passing.delete(code)
    return [...new Set([...now, ...this.standing, ...this.passing.keys()])].map((code) => problem(code))
  }
}
