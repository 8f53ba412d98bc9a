/** A frame may be shown only where its own key says it comes from: the tile's leaf and context. */
import type { KidParts } from './kid'

export function bindingRefusal(kid: KidParts, tile: { readonly leafIndex: number; readonly context: number }): 'wrong-leaf' | 'wrong-context' | null {
  if (kid.leafIndex !== tile.leafIndex) return 'wrong-leaf'
  return kid.context === tile.context ? null : 'wrong-context'
}
