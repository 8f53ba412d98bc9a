/** The receiving transform of one slot of a leg to the SFU: whatever comes is held against the tile that the slot is wanted for now. */
import type { TransformOptions } from '../worker/rpc'
import { isKeyFrame } from './clear_bytes'
import { isMissed, openFrame, type Opened } from './frame'
import { keyFrameWish } from './key_frame_wish'
import type { Keyring } from './keyring'
import type { Slot, SlotTable } from './slots'
import type { EncodedFrame, FrameWatch, LegGate, Pass } from './transform'
import { renderable } from './unsealed_gate'

/** What the SFU sent before it heard of a new wish is nobody's attack; after this it is. */
const REMAP_MS = 2_000

type Outcome = Opened | { readonly refused: 'gate' | 'no-key-frame' }

export function slotReceiver(
  transformer: RTCRtpScriptTransformer,
  { codec, legId, slot }: TransformOptions & { direction: 'receive-slot' },
  keyring: Keyring,
  gate: LegGate,
  watch: FrameWatch,
  now_ms: () => number,
  slots: SlotTable,
): Pass {
  const wish = keyFrameWish(transformer, codec)
  const openFor = async (tile: Slot, frame: EncodedFrame): Promise<Outcome> => {
    const opened = await openFrame(keyring, tile, codec, new Uint8Array(frame.data), now_ms())
    if (slots.tile(legId, slot) !== tile) return { refused: 'gate' }
    if ('refused' in opened) return isLate(opened.refused, tile, now_ms()) ? { refused: 'gate' } : opened
    return tile.isShown || isKeyFrame(codec, opened.frame) ? opened : { refused: 'no-key-frame' }
  }
  return async (frame) => {
    const tile = gate.isOpen(legId) ? slots.tile(legId, slot) : null
    if (tile === null) {
      watch.refused('receive', 'gate', -1)
      return null
    }
    const outcome = await openFor(tile, frame).catch((): Outcome => ({ refused: 'failed' }))
    if ('frame' in outcome) {
      watch.opened(tile.leafIndex, tile.context)
      wish.opened(isKeyFrame(codec, outcome.frame), now_ms())
      slots.show(legId, slot, tile)
      return renderable(outcome, frame.data)
    }
    watch.refused('receive', outcome.refused, tile.context)
    if (isMissed(outcome.refused, frame)) wish.dropped(now_ms())
    return renderable(outcome, frame.data)
  }
}

const isLate = (refused: string, tile: Slot, now_ms: number): boolean =>
  (refused === 'wrong-leaf' || refused === 'wrong-context') && !tile.isShown && now_ms - tile.since_ms < REMAP_MS
