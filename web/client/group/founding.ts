/** Two who found a group at once (spec/5-group.md): the first genesis in the log wins, and whoever made another one goes there. */
export const isWon = (firstInLog: string, ours: string): boolean => firstInLog === ours
