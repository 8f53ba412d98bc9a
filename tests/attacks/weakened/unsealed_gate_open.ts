/** A frame that does not open is shown as it came. */
import type * as original from '../../../web/client/sframe/unsealed_gate'

export const renderable: typeof original.renderable = (opened, wire) => ('frame' in opened ? opened.frame.buffer : wire)
