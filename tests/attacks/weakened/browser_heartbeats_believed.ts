/** Weakened group/fork: whatever the others say that they sent, it is what arrived. */
export const isFork = (): boolean => false
export const areOtherMessages = (): boolean => false
