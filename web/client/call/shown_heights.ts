/**
 * How tall each picture is shown, as the interface says; the SFU sends no larger one (spec/11-sfu.md). Heights go up to the next of a few steps and are told
 * after a pause, so that a window that is dragged larger is one new wish and not a hundred.
 *
 * Bounds: two numbers for each leaf.
 */
import { CAMERA, SCREEN } from '../leg/streams'

const STEPS_PX = [90, 180, 270, 360, 540, 720, 1_080, 1_440, 2_160] as const
/** Of spec/9-media.md. */
const LEAF_MAX = 127
const PAUSE_MS = 300
/** Asks for the smallest there is; 0 would be no opinion. */
const SMALLEST_PX = 1

export class ShownHeights {
  private said = new Map<string, number>()
  private told = new Map<string, number>()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly changed: () => void) {}

  /** `height_px`: of the device's own pixels; 0 while nobody can see it. */
  show(leafIndex: number, kind: 'camera' | 'screen', height_px: number): void {
    if (!Number.isInteger(leafIndex) || leafIndex < 0 || leafIndex > LEAF_MAX || Number.isNaN(height_px)) return
    this.said.set(keyOf(leafIndex, kind === 'screen' ? SCREEN : CAMERA), stepOf(height_px))
    this.timer ??= setTimeout(() => this.tell(), PAUSE_MS)
  }

  /** Pixels; 0 when nobody said anything of it. */
  of(leafIndex: number, context: number): number {
    return this.told.get(keyOf(leafIndex, context)) ?? 0
  }

  private tell(): void {
    this.timer = undefined
    const isNews = [...this.said].some(([key, height_px]) => this.told.get(key) !== height_px)
    this.told = new Map(this.said)
    if (isNews) this.changed()
  }
}

const keyOf = (leafIndex: number, context: number): string => `${leafIndex}/${context}`
const stepOf = (height_px: number): number =>
  height_px <= 0 ? SMALLEST_PX : (STEPS_PX.find((step) => height_px <= step) ?? STEPS_PX[STEPS_PX.length - 1] ?? 0)
