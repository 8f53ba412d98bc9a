import { describe, expect, it } from 'vitest'
import { camera, message, microphone, person, problem, screen, security, snapshot } from '../../../tests/gallery/snapshots'
import { said } from './said'

const alice = person(0, 'Alice', { self: true, trust: 'self' })
const bob = person(1, 'Bob')
const alone = snapshot({ people: [alice] })
const two = snapshot({ people: [alice, bob] })

describe('the status region', () => {
  it('says that one is in the call, and how private it is, once', () => {
    const before = snapshot({ phase: 'joining' })
    expect(said(before, two, true)).toEqual(['You are in the call', 'Private. Bob is not compared yet.'])
    expect(said(two, two, true)).toEqual([])
  })

  it('says who joins and who leaves', () => {
    expect(said(alone, two, true)).toEqual(['Bob joined'])
    expect(said(two, alone, true)).toEqual(['Bob left'])
  })

  it('takes another device of the same name for another person', () => {
    const other = snapshot({ people: [alice, person(2, 'Bob')] })
    expect(said(two, other, true)).toEqual(['Bob left', 'Bob joined'])
  })

  it('says when somebody else mutes, and when our own devices go on or off', () => {
    const muted = snapshot({ people: [alice, { ...bob, media: { ...bob.media, microphone: false } }] })
    expect(said(two, muted, true)).toEqual(['Bob turned the microphone off'])
    const off = snapshot({
      people: [alice, bob],
      self: { name: 'Alice', microphone: microphone({ wanted: false }), camera: camera({ live: false }), screen },
    })
    expect(said(two, off, true)).toEqual(['Your microphone is muted', 'Your camera is off'])
    expect(said(off, two, true)).toEqual(['Your microphone is on', 'Your camera is on'])
  })

  it('says a new sentence of state, a new notice and a lost server', () => {
    const sentence = 'Stopped: the server shows us different calls.'
    const worse = snapshot({
      people: [alice, bob],
      security: security({ state: 'broken', sentence }),
      notices: [problem('unavailable.relay')],
      server: 'reconnecting',
    })
    expect(said(two, worse, true)).toEqual([sentence, 'Reconnecting', 'The relay cannot be reached.'])
    expect(said(worse, two, true)).toEqual(['Private. Bob is not compared yet.', 'Connected again'])
  })

  it('says hands in their order, reactions once, screens, and our own hand', () => {
    const after = snapshot({
      people: [
        { ...alice, hand: 2 },
        { ...bob, hand: 1, media: { ...bob.media, screen: true }, reactions: [{ number: 7, name: 'applause' }] },
      ],
    })
    expect(said(two, after, true)).toEqual(['Bob: Applause', 'Bob raised a hand, number 1', 'Bob shares the screen', 'Your hand is up'])
    expect(said(after, after, true)).toEqual([])
    expect(said(after, two, true)).toEqual(['Bob lowered the hand', 'Bob stopped sharing the screen', 'Your hand is down'])
  })

  it('says when the network becomes weak, pictures rest and come back, and only sound was chosen', () => {
    const now = (pictures: 'shown' | 'resting' | 'only-sound', quality: 'good' | 'weak' = 'good'): typeof two =>
      snapshot({ people: [alice, bob], pictures, quality })
    expect(said(now('shown'), now('shown', 'weak'), true)[0]).toMatch(/^Your network is weak: picture and sound/)
    expect(said(now('shown', 'weak'), now('resting', 'weak'), true)[0]).toMatch(/pictures are paused/)
    expect(said(now('resting'), now('shown'), true)).toEqual(['Your network is better: pictures are back.'])
    expect(said(now('shown'), now('only-sound'), true)).toEqual(['Only sound now'])
  })

  it('reads messages of others only while the chat is closed, and not all of a long one', () => {
    const written = snapshot({ people: [alice, bob], chat: [message(1, bob, 'x'.repeat(500)), message(2, alice, 'mine')] })
    expect(said(two, written, true)).toEqual([`Bob wrote: ${'x'.repeat(120)}…`])
    expect(said(two, written, false)).toEqual([])
  })
})
