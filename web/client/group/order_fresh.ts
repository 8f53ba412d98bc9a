/** An order counts once, and only before whatever the host said later (spec/5-group.md, Host). */
export const isFresh = (at: number, last: number): boolean => at > last

/** What is to be done at once is bound to the epoch in which it was said: nobody does it again to those who come later. */
export const isSaidIn = (epoch: number, saidIn: number): boolean => epoch === saidIn
