/** The worker's time and chance, for what takes them as parameters. */
import type { Timing } from '../signal/socket'

export const timing: Timing = {
  after: (ms, then) => {
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
  every: (ms, then) => {
    const timer = setInterval(then, ms)
    return () => clearInterval(timer)
  },
  chance: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => void timing.after(ms, () => resolve()))
