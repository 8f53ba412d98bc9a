/** Whoever asks is admitted. */
export const isAdmitted = (): boolean => true
