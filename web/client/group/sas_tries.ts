/** How often a device takes part (spec/10-verification.md): each run is one guess for whoever stands between, so runs have a bound in time. */
const TRIES_MAX = 3
const WINDOW_MS = 600_000

/** `tries`: when this device revealed, in milliseconds. A time that is still to come counts: clocks are set back. */
export const mayTry = (tries: readonly number[], now_ms: number): boolean => recent(tries, now_ms).length < TRIES_MAX

export const withTry = (tries: readonly number[], now_ms: number): readonly number[] => [...recent(tries, now_ms), now_ms]

const recent = (tries: readonly number[], now_ms: number): readonly number[] => tries.filter((tried) => tried > now_ms - WINDOW_MS)
