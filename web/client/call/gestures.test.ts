import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OutgoingPayload } from '../worker/rpc'
import { Gestures } from './gestures'
import { Hands } from './hands'
import { Reactions } from './reactions'

describe('reactions', () => {
  it('are sent at most five in five seconds', () => {
    const reactions = new Reactions()
    expect(Array.from({ length: 7 }, (_, at) => reactions.maySend(at * 100))).toEqual([true, true, true, true, true, false, false])
    expect(reactions.maySend(4_999)).toBe(false)
    expect(reactions.maySend(5_000)).toBe(true)
  })

  it('are shown for four seconds, each with a number of its own', () => {
    const reactions = new Reactions()
    reactions.take(1, 'heart', 0)
    reactions.take(1, 'heart', 1_000)
    expect(reactions.of(1, 1_000)).toEqual([
      { number: 0, name: 'heart' },
      { number: 1, name: 'heart' },
    ])
    expect(reactions.of(1, 4_500)).toEqual([{ number: 1, name: 'heart' }])
    expect(reactions.of(2, 1_000)).toEqual([])
  })

  it('of a name that is not known are nothing', () => {
    const reactions = new Reactions()
    expect([reactions.take(1, 'skull', 0), reactions.of(1, 0)]).toEqual([false, []])
  })

  it('of one member who floods are dropped, and of many are bounded', () => {
    const reactions = new Reactions()
    for (let at = 0; at < 100; at++) reactions.take(1, 'party', at)
    expect(reactions.of(1, 100)).toHaveLength(8)
    for (let leaf = 2; leaf < 40; leaf++) for (let at = 0; at < 8; at++) reactions.take(leaf, 'party', 200)
    const all = Array.from({ length: 40 }, (_, leaf) => reactions.of(leaf, 200).length)
    expect(all.reduce((sum, count) => sum + count, 0)).toBe(60)
  })
})

describe('hands', () => {
  it('stand in the order of raising, and go down with their member', () => {
    const hands = new Hands()
    for (const leaf of [4, 2, 7, 2]) hands.take(leaf, true)
    expect([2, 4, 7, 9].map((leaf) => hands.placeOf(leaf))).toEqual([2, 1, 3, 0])
    hands.take(4, false)
    expect([2, 4, 7].map((leaf) => hands.placeOf(leaf))).toEqual([1, 0, 2])
    hands.keep(new Set([7]))
    expect([2, 7].map((leaf) => hands.placeOf(leaf))).toEqual([0, 1])
  })
})

describe('our own gestures', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  function ours(answers: () => boolean = () => true): { gestures: Gestures; said: OutgoingPayload[] } {
    const said: OutgoingPayload[] = []
    const send = (payload: OutgoingPayload): Promise<boolean> => {
      said.push(payload)
      return Promise.resolve(answers())
    }
    const gestures = new Gestures({ ownLeaf: () => 0, send, changed: () => undefined })
    gestures.meet(new Set([0, 1]))
    return { gestures, said }
  }

  it('are shown once they were sent, and not when they were not', async () => {
    const { gestures } = ours(() => false)
    await gestures.raise(true)
    await gestures.react('heart')
    expect(gestures.of(0)).toEqual({ hand: 0, reactions: [] })
    const sent = ours()
    await sent.gestures.raise(true)
    await sent.gestures.react('heart')
    expect(sent.gestures.of(0)).toEqual({ hand: 1, reactions: [{ number: 0, name: 'heart' }] })
  })

  it('say a hand again for a newcomer, each further one a little later', async () => {
    const { gestures, said } = ours()
    gestures.takeHand(1, true)
    await gestures.raise(true)
    gestures.meet(new Set([0, 1]))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(said).toHaveLength(1)
    gestures.meet(new Set([0, 1, 2]))
    await vi.advanceTimersByTimeAsync(299)
    expect(said).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(said).toEqual([
      { type: 'hand', up: true },
      { type: 'hand', up: true },
    ])
  })

  it('are forgotten on leaving', async () => {
    const { gestures, said } = ours()
    await gestures.raise(true)
    gestures.leave()
    gestures.meet(new Set([0, 1]))
    await vi.advanceTimersByTimeAsync(1_000)
    expect([said.length, gestures.of(0).hand]).toEqual([1, 0])
  })
})
