import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CAMERA, MICROPHONE, SCREEN, SCREEN_AUDIO } from '../leg/streams'
import { AWAITED_MS, ShownSlots } from './shown_slots'
import type { Stream } from './slot_plan'

class FakeStream {
  constructor(private readonly tracks: readonly unknown[]) {}
  getTracks(): readonly unknown[] {
    return this.tracks
  }
}
const of = (leafIndex: number, context: number, life = 'a'): Stream => ({ participantId: `${life}${leafIndex}`, leafIndex, context })
const bobsSound = of(1, MICROPHONE)
const bobsCamera = of(1, CAMERA)

/** Which slots' tracks are shown as Bob's. */
function shownAt(slots: ShownSlots, now_ms: number, contexts = [MICROPHONE, CAMERA]): readonly unknown[] {
  return slots.streamOf(1, contexts, now_ms)?.getTracks() ?? []
}

describe('what is shown of the slots of a leg', () => {
  let sends: Set<number>
  let slots: ShownSlots
  beforeEach(() => {
    vi.stubGlobal('MediaStream', FakeStream)
    sends = new Set([MICROPHONE, CAMERA, SCREEN, SCREEN_AUDIO])
    slots = new ShownSlots({
      trackOf: (slot) => `track ${slot}` as unknown as MediaStreamTrack,
      sends: (_, context) => sends.has(context),
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  it('is awaited where nobody was before, and is the same stream when it has come', () => {
    slots.plan([bobsSound, bobsCamera], 0)
    const awaited = slots.streamOf(1, [MICROPHONE, CAMERA], 0)
    expect(awaited?.getTracks()).toEqual(['track 0', 'track 1'])
    expect(slots.comesFrom(1)).toBe(false)
    slots.opened(0, 'a1', MICROPHONE)
    slots.opened(1, 'a1', CAMERA)
    expect(slots.streamOf(1, [MICROPHONE, CAMERA], 10 * AWAITED_MS)).toBe(awaited)
    expect(slots.comesFrom(1)).toBe(true)
  })

  it('is not awaited for long: sound goes on without a picture that does not come', () => {
    slots.plan([bobsSound, bobsCamera], 0)
    slots.opened(0, 'a1', MICROPHONE)
    expect(shownAt(slots, AWAITED_MS - 1)).toEqual(['track 0', 'track 1'])
    expect(shownAt(slots, AWAITED_MS)).toEqual(['track 0'])
    slots.opened(1, 'a1', CAMERA)
    expect(shownAt(slots, AWAITED_MS)).toEqual(['track 0', 'track 1'])
  })

  it('is not awaited from who says that they send nothing, nor is the sound of a screen', () => {
    sends.delete(CAMERA)
    slots.plan([bobsSound, bobsCamera, of(1, SCREEN), of(1, SCREEN_AUDIO)], 0)
    expect(shownAt(slots, 0)).toEqual(['track 0'])
    expect(shownAt(slots, 0, [SCREEN, SCREEN_AUDIO])).toEqual(['track 2'])
  })

  it('is nothing of a slot that somebody else was in, before a frame has opened', () => {
    const carols = of(2, CAMERA)
    slots.plan([bobsSound, carols], 0)
    slots.opened(1, 'a2', CAMERA)
    slots.plan([bobsSound, bobsCamera], 10)
    expect(shownAt(slots, 10)).toEqual(['track 0'])
    slots.opened(1, 'a1', CAMERA)
    expect(shownAt(slots, 10)).toEqual(['track 0', 'track 1'])
  })

  it('is nothing after a frame that opened for who was in the slot before', () => {
    slots.plan([bobsSound, of(2, CAMERA)], 0)
    slots.plan([bobsSound, bobsCamera], 10)
    expect(slots.opened(1, 'a2', CAMERA)).toBe(false)
    expect(shownAt(slots, 10)).toEqual(['track 0'])
  })

  it('begins anew with another life in the same leaf', () => {
    slots.plan([bobsSound, bobsCamera], 0)
    slots.opened(0, 'a1', MICROPHONE)
    slots.plan([of(1, MICROPHONE, 'b'), of(1, CAMERA, 'b')], 10)
    expect(slots.comesFrom(1)).toBe(false)
    expect(shownAt(slots, 10)).toEqual(['track 1'])
  })
})
