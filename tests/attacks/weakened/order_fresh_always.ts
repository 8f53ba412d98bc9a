/** An order is good for ever. */
export const isFresh = (): boolean => true
