/** As many runs as anybody likes. */
export const mayTry = (): boolean => true
