import { describe, expect, it } from 'vitest'
import { person, snapshot } from '../../../tests/gallery/snapshots'
import type { CallSnapshot, Person } from '../../client/api'
import { Room, screenKey, type Arrangement } from './room'

const alice = person(0, 'Alice', { self: true, trust: 'self' })
const bob = person(1, 'Bob')
const eve = person(2, 'Eve')
const jan = person(3, 'Jan')
const sharing = (one: Person): Person => ({ ...one, media: { ...one.media, screen: true } })
const of = (people: readonly Person[], more: Partial<CallSnapshot> = {}): CallSnapshot => snapshot({ people, ...more })
const keys = ({ tiles }: Arrangement): Array<string | undefined> => tiles.map((tile) => tile?.key)

describe('the room', () => {
  it('of two has the other large, oneself in the corner, and nothing to choose', () => {
    const room = new Room()
    room.view = 'speaker'
    expect(room.arrange(of([alice, bob]))).toMatchObject({ layout: 'pair', corner: alice, canPin: false, tiles: [{ key: bob.deviceKey }] })
  })

  it('of more is a grid, or has large who speaks', () => {
    const room = new Room()
    const people = [alice, bob, eve]
    expect(room.arrange(of(people, { speaker: eve.deviceKey }))).toMatchObject({ layout: 'grid', canPin: true })
    room.view = 'speaker'
    expect(room.arrange(of(people))).toMatchObject({ layout: 'focus', large: bob.deviceKey })
    expect(room.arrange(of(people, { speaker: eve.deviceKey })).large).toBe(eve.deviceKey)
    expect(room.arrange(of(people)).large).toBe(eve.deviceKey)
  })

  it('gives a shared screen a tile of its own, large unless somebody is pinned, and keeps to the first of two', () => {
    const room = new Room()
    const one = room.arrange(of([alice, sharing(bob)]))
    expect([one.layout, one.large, one.canPin, one.corner]).toEqual(['focus', screenKey(bob), true, undefined])
    expect(keys(one)).toEqual([screenKey(bob), alice.deviceKey, bob.deviceKey])
    expect(room.arrange(of([alice, sharing(bob), sharing(eve)])).large).toBe(screenKey(bob))
    room.pin(eve.deviceKey)
    expect(room.arrange(of([alice, sharing(bob), eve])).large).toBe(eve.deviceKey)
    room.pin(eve.deviceKey)
    expect(room.arrange(of([alice, bob, eve]))).toMatchObject({ layout: 'grid' })
  })

  it('asks for no screens where only sound is wanted', () => {
    const room = new Room()
    expect(keys(room.arrange(of([alice, sharing(bob), eve], { pictures: 'only-sound' })))).toEqual(
      [alice, bob, eve].map(({ deviceKey }) => deviceKey),
    )
  })

  it('keeps places, pin and view when somebody comes back as another leaf, and when oneself does', () => {
    const room = new Room()
    room.view = 'speaker'
    const before = keys(room.arrange(of([alice, bob, eve, jan])))
    room.pin(eve.deviceKey)
    room.arrange(of([alice, bob, eve, jan]))
    expect(room.arrange(of([alice, bob, jan], { speaker: jan.deviceKey })).large).toBe(jan.deviceKey)
    const back = room.arrange(of([alice, bob, jan, { ...eve, leafIndex: 7 }]))
    expect([keys(back), back.large, back.pinned]).toEqual([before, eve.deviceKey, eve.deviceKey])
    room.arrange(of([]))
    const again = room.arrange(of([jan, { ...eve, leafIndex: 7 }, bob, alice]))
    expect([keys(again), again.large, room.view]).toEqual([before, eve.deviceKey, 'speaker'])
  })
})
