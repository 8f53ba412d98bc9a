/** Takes every refusal for one's own. */
import type * as original from '../../../web/client/group/refusal'

export const refusalFor: typeof original.refusalFor = (note) => String((note?.value as { readonly code?: unknown } | undefined)?.code)
