/**
 * Which receive slot of a leg to the SFU carries which stream. Streams keep their slots; a slot that was left rests, so that what is still on its way through
 * the browser's buffers is not shown in the next one's tile. When there are more streams than slots, the first ones have theirs.
 */
export interface Stream {
  readonly participantId: string
  readonly leafIndex: number
  readonly context: number
}

interface Held {
  stream: Stream | null
  restsUntil_ms: number
}

const REST_MS = 1_000
const isSound = ({ context }: Stream): boolean => context === 0 || context === 3
const isSame = (a: Stream, b: Stream): boolean => a.participantId === b.participantId && a.leafIndex === b.leafIndex && a.context === b.context

export class SlotPlan {
  private readonly slots: readonly Held[]

  constructor(
    private readonly audioSlots: number,
    videoSlots: number,
  ) {
    this.slots = Array.from({ length: audioSlots + videoSlots }, () => ({ stream: null, restsUntil_ms: 0 }))
  }

  /** One entry for each slot, sound first. */
  plan(wanted: readonly Stream[], now_ms: number): ReadonlyArray<Stream | null> {
    for (const held of this.slots) {
      const { stream } = held
      if (stream === null || wanted.some((one) => isSame(one, stream))) continue
      held.stream = null
      held.restsUntil_ms = now_ms + REST_MS
    }
    for (const one of wanted) {
      if (this.slots.some(({ stream }) => stream !== null && isSame(one, stream))) continue
      const free = this.of(isSound(one)).find((held) => held.stream === null && now_ms >= held.restsUntil_ms)
      if (free) free.stream = one
    }
    return this.slots.map(({ stream }) => stream)
  }

  private of(isSoundWanted: boolean): readonly Held[] {
    return isSoundWanted ? this.slots.slice(0, this.audioSlots) : this.slots.slice(this.audioSlots)
  }
}
