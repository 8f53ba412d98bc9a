/** All groups have the same media key. */
import type * as original from '../../../web/client/sframe/key_schedule'

export const deriveBaseKey: typeof original.deriveBaseKey = () => Promise.resolve(new Uint8Array(32))
