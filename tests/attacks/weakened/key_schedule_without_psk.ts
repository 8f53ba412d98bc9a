/** Media keys come from the group alone. */
import { vi } from 'vitest'
import type * as original from '../../../web/client/sframe/key_schedule'

const whole = await vi.importActual<typeof original>('../../../web/client/sframe/key_schedule')

export const deriveBaseKey: typeof original.deriveBaseKey = (exporterSecret) => whole.deriveBaseKey(exporterSecret, new Uint8Array(32))
