/** Takes the room's rules as they come, however old. */
export const requireKept = (): void => undefined
export const requireCurrent = (): void => undefined
