/** Weakened sframe/tile_binding: any stream may be shown on any tile. */
export const bindingRefusal = (): null => null
