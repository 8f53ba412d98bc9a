/** Waits anew whenever the socket comes back. */
interface Lag {
  readonly since_ms: number
  readonly expected: number
  readonly arrived: () => number
}

export class Lags {
  private readonly open = new Map<string, Lag>()
  constructor(private readonly patience_ms: number) {}

  expect(key: string, expected: number, arrived: () => number, now_ms: number): void {
    if (arrived() < expected && !this.open.has(key)) this.open.set(key, { since_ms: now_ms, expected, arrived })
  }
  look(now_ms: number): { readonly overdue: readonly string[]; readonly caughtUp: readonly string[] } {
    return { overdue: [...this.open].filter(([, lag]) => now_ms - lag.since_ms >= this.patience_ms).map(([key]) => key), caughtUp: [] }
  }
  restart(now_ms: number): void {
    for (const [key, lag] of this.open) this.open.set(key, { ...lag, since_ms: now_ms })
  }
  forget(): void {
    this.open.clear()
  }
}
