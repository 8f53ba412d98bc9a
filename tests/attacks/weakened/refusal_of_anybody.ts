/** Believes every refusal that is about us. */
import { vi } from 'vitest'
import type * as original from '../../../web/client/group/refusal'

const whole = await vi.importActual<typeof original>('../../../web/client/group/refusal')

export const refusalFor: typeof original.refusalFor = (note, ref, hostPublicKey) => whole.refusalFor(note, ref, hostPublicKey, false)
