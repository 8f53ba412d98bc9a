/**
 * Which tracks of a leg to the SFU are shown, and as whose. A slot that somebody was in is shown as somebody else's only when the first frame of theirs has
 * opened in it. One that nobody was in yet may be shown before: nothing can come out of it but what opens, and an element that waits shows the first picture
 * sooner than one that has to be made.
 *
 * Bounds: the slots of one leg.
 */
import { SCREEN_AUDIO } from '../leg/streams'
import type { Stream } from './slot_plan'

/** After this, what has not come is not waited for: an element plays no sound while it waits for a picture. */
export const AWAITED_MS = 1_000

export interface ShownPort {
  trackOf(slot: number): MediaStreamTrack | null
  /** Whether the member said that it sends this. */
  sends(leafIndex: number, context: number): boolean
}

export class ShownSlots {
  private planned: ReadonlyArray<Stream | null> = []
  private readonly plannedAt = new Map<number, number>()
  /** Slots in which the first frame of the stream that they are planned for has opened. */
  private readonly open = new Set<number>()
  /** Slots in which somebody was seen or heard. */
  private readonly used = new Set<number>()
  /** By leaf and contexts. */
  private readonly streams = new Map<string, MediaStream>()

  constructor(private readonly port: ShownPort) {}

  /** True when some slot is for another stream than before. */
  plan(planned: ReadonlyArray<Stream | null>, now_ms: number): boolean {
    const news = planned.flatMap((stream, slot) => (stream === (this.planned[slot] ?? null) ? [] : [slot]))
    this.planned = planned
    for (const slot of news) {
      this.open.delete(slot)
      this.plannedAt.set(slot, now_ms)
    }
    return news.length > 0
  }

  /** A frame of this stream has opened in the slot. False when the slot is another's meanwhile. */
  opened(slot: number, participantId: string, context: number): boolean {
    this.used.add(slot)
    const stream = this.planned[slot]
    if (stream?.participantId !== participantId || stream.context !== context) return false
    this.open.add(slot)
    return true
  }

  isOpen(slot: number): boolean {
    return this.open.has(slot)
  }

  /** Something of this member has come. */
  comesFrom(leafIndex: number): boolean {
    return this.planned.some((stream, slot) => stream?.leafIndex === leafIndex && this.open.has(slot))
  }

  /** The same stream as long as it holds the same tracks, so that nothing that plays begins again. */
  streamOf(leafIndex: number, contexts: readonly number[], now_ms: number): MediaStream | null {
    const place = `${leafIndex}/${contexts.join()}`
    const tracks = this.planned.flatMap((stream, slot) =>
      stream?.leafIndex === leafIndex && contexts.includes(stream.context) && this.isShown(slot, stream, now_ms)
        ? (this.port.trackOf(slot) ?? [])
        : [],
    )
    const before = this.streams.get(place)
    if (before && isSameSet(before.getTracks(), tracks)) return before
    if (tracks.length === 0) {
      this.streams.delete(place)
      return null
    }
    const stream = new MediaStream(tracks)
    this.streams.set(place, stream)
    return stream
  }

  /** A shared screen need not have sound. */
  private isShown(slot: number, { leafIndex, context }: Stream, now_ms: number): boolean {
    if (this.open.has(slot)) return true
    const isAwaited = context !== SCREEN_AUDIO && this.port.sends(leafIndex, context)
    return isAwaited && !this.used.has(slot) && now_ms - (this.plannedAt.get(slot) ?? 0) < AWAITED_MS
  }
}

const isSameSet = (a: readonly MediaStreamTrack[], b: readonly MediaStreamTrack[]): boolean =>
  a.length === b.length && a.every((track) => b.includes(track))
