/** Weakened leg/dress, as the readings see it: whatever the streams wear, they wear what they were given. */
export const isDressed = (): boolean => true
