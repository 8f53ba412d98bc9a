/**
 * What each receive slot of a leg to the SFU is wanted for (spec/11-sfu.md). The page wishes, since it draws the tiles; the SFU only forwards. A slot shows
 * nothing before a frame of the member and stream it is wanted for has opened in it, and pictures begin with a key frame: nobody's picture grows out of another's.
 *
 * Bounds: 4 legs of 46 slots; the oldest leg goes first.
 */
export interface Tile {
  /** Which life of the member: a leaf may be somebody else's later. */
  readonly participantId: string
  readonly leafIndex: number
  readonly context: number
}

export interface Slot extends Tile {
  readonly since_ms: number
  isShown: boolean
}

export interface SlotTable {
  tile(legId: string, slot: number): Slot | null
  show(legId: string, slot: number, tile: Slot): void
}

export const NO_SLOTS: SlotTable = { tile: () => null, show: () => undefined }

const LEGS_MAX = 4
const SLOTS_MAX = 46

export class Slots implements SlotTable {
  private readonly legs = new Map<string, ReadonlyMap<number, Slot>>()
  constructor(private readonly shown: (legId: string, slot: number, tile: Tile) => void) {}

  /** The whole wish each time. What was wanted before in the same slot goes on. */
  wish(legId: string, wishes: ReadonlyArray<Tile & { readonly slot: number }>, now_ms: number): void {
    const before = this.legs.get(legId)
    const after = new Map<number, Slot>()
    for (const { slot, participantId, leafIndex, context } of wishes.slice(0, SLOTS_MAX)) {
      const held = before?.get(slot)
      const isSame = held?.participantId === participantId && held.leafIndex === leafIndex && held.context === context
      after.set(slot, held && isSame ? held : { participantId, leafIndex, context, since_ms: now_ms, isShown: false })
    }
    const oldest = this.legs.keys().next().value
    if (before === undefined && this.legs.size >= LEGS_MAX && oldest !== undefined) this.legs.delete(oldest)
    this.legs.set(legId, after)
  }

  tile(legId: string, slot: number): Slot | null {
    return this.legs.get(legId)?.get(slot) ?? null
  }

  show(legId: string, slot: number, tile: Slot): void {
    if (tile.isShown || this.tile(legId, slot) !== tile) return
    tile.isShown = true
    this.shown(legId, slot, tile)
  }

  close(legId: string): void {
    this.legs.delete(legId)
  }
}
