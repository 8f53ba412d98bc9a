/** How long an epoch lives at most: then the member whose turn it is commits a fresh path, so that what leaked once is worth nothing later (spec/5-group.md). */
export const HEALING_MS = 300_000
