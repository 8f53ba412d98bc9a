/** Any nonce will do, whatever was promised. */
export const opens = async (): Promise<boolean> => true
