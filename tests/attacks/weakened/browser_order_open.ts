/** Weakened sframe/frame_order: frames go on in the order in which they come. */
import { FrameOrder as Kept } from '../../../web/client/sframe/frame_order'

export { LATE_PICTURE_MS, LATE_SOUND_MS, placeOf } from '../../../web/client/sframe/frame_order'

export class FrameOrder extends Kept {
  override isLate(): boolean {
    return false
  }
  override opened(): boolean {
    return true
  }
}
