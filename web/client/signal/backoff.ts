/** How long to wait before the next attempt: 0.2, 0.5, 1, 2, 5, 5 … s, each a fifth more or less. `chance` is 0…1. */
const STEPS_MS = [200, 500, 1_000, 2_000, 5_000]

export const backoff_ms = (attempt: number, chance: number): number =>
  (STEPS_MS[Math.min(attempt, STEPS_MS.length - 1)] ?? 5_000) * (0.8 + 0.4 * chance)
