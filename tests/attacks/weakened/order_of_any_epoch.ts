/** An order is good in every epoch. */
export const isSaidIn = (): boolean => true
