import { describe, expect, it } from 'vitest'
import { Room } from '../../../tests/attacks/engine/fake_room'

describe('a group', () => {
  it('is founded by whoever comes first and joined by the next, who then show the same code', async () => {
    const room = await Room.make()
    const alice = await room.join('Alice')
    expect(alice.epoch.roster.size).toBe(1)
    const bob = await room.join('Bob')
    expect(room.agree(alice, bob)).toBe(true)
    expect([...bob.epoch.roster.values()].map((entry) => entry.credential.displayName).sort()).toEqual(['Alice', 'Bob'])
    expect(alice.epoch.mediaSecret).toEqual(bob.epoch.mediaSecret)
  })

  it('carries what members say, by log and by channel, with the sender that MLS knows', async () => {
    const room = await Room.make()
    const alice = await room.join('Alice')
    const bob = await room.join('Bob')
    await alice.say('hello')
    await bob.say('hi')
    await room.settle()
    expect(bob.said).toEqual(['hello'])
    expect(alice.said).toEqual(['hi'])
    expect(alice.all('payload')[0]?.from).toBe(bob.epoch.ownLeaf)
    await alice.say('by channel', 'channel')
    const message = alice.all('channel')[0]?.message
    if (!message) throw new Error('nothing for the channel')
    await bob.engine.handleChannelMessage(message, room.now_ms)
    expect(bob.said).toEqual(['hello', 'by channel'])
    expect([...alice.alarms, ...bob.alarms]).toEqual([])
  })

  it('takes in six people one after the other and in a burst', async () => {
    const room = await Room.make()
    const people = [await room.join('A'), await room.join('B')]
    for (const name of ['C', 'D', 'E', 'F']) {
      const member = await room.member(name)
      people.push(member)
      member.connected = true
      await member.engine.handleJoined({ head: room.log.length, logStart: 1, othersHere: true }, room.now_ms)
      for (const entry of [...room.log]) await member.engine.handleEntry(entry, room.now_ms)
    }
    await room.settle()
    await room.pass(3_000)
    expect(room.agree(...people)).toBe(true)
    expect(people[0]?.epoch.epoch).toBeLessThanOrEqual(4)
  })
})
