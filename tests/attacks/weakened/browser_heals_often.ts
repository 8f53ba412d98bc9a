/** A member's own group/healing: it moves the group to a new epoch every six seconds, as it may. */
export const HEALING_MS = 6_000
