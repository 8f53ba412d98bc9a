/** Takes the sender that a payload names for the sender. */
import { vi } from 'vitest'
import type * as original from '../../../web/client/group/mls'

const whole = await vi.importActual<typeof original>('../../../web/client/group/mls')

export const openApplication: typeof original.openApplication = async (state, bytes) => {
  const opened = await whole.openApplication(state, bytes)
  if (opened === null) return null
  const named = /"from":(\d+)/.exec(new TextDecoder().decode(opened.plaintext))?.[1]
  const leaf = whole.leaves(state).find((one) => one.leafIndex === Number(named))
  return leaf ? { ...opened, senderLeaf: leaf.leafIndex, senderIdentity: leaf.identity } : opened
}
