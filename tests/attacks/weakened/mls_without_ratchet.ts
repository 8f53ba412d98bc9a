/** The key of a message that was opened stays, so that it opens again. */
import { vi } from 'vitest'
import type * as original from '../../../web/client/group/mls'

const whole = await vi.importActual<typeof original>('../../../web/client/group/mls')

export const openApplication: typeof original.openApplication = async (state, bytes) => {
  const opened = await whole.openApplication(state, bytes)
  return opened && { ...opened, state }
}
