/** When nonces may be told (spec/10-verification.md): once the commitment of everybody is in the log. Whoever chose later could choose what fits. */
export const allCommitted = (committed: ReadonlyMap<number, unknown>, roster: ReadonlyMap<number, unknown>): boolean =>
  [...roster.keys()].every((leaf) => committed.has(leaf))
