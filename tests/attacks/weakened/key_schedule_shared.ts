/** One key for all streams of an epoch. */
import { vi } from 'vitest'
import type * as original from '../../../web/client/sframe/key_schedule'

const whole = await vi.importActual<typeof original>('../../../web/client/sframe/key_schedule')

export const deriveKidKeys: typeof original.deriveKidKeys = (baseKey) => whole.deriveKidKeys(baseKey, 0)
