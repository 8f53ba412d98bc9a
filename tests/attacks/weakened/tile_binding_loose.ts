/** A frame is shown wherever it arrives. */
import type * as original from '../../../web/client/sframe/tile_binding'

export const bindingRefusal: typeof original.bindingRefusal = () => null
