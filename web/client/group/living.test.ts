/** What time does in a group: who is removed, who acts when, when keys change (spec/5-group.md). */
import { describe, expect, it } from 'vitest'
import { Room, type Member } from '../../../tests/attacks/engine/fake_room'
import { makeKid } from '../sframe/kid'

async function three(): Promise<{ room: Room; alice: Member; bob: Member; carol: Member }> {
  const room = await Room.make()
  const [alice, bob, carol] = [await room.join('Alice'), await room.join('Bob'), await room.join('Carol')]
  await room.pass(1_500)
  expect(room.agree(alice, bob, carol)).toBe(true)
  return { room, alice, bob, carol }
}

const names = (member: Member): string[] => [...member.epoch.roster.values()].map((entry) => entry.credential.displayName).sort()

/** As when a device loses its network: it neither hears nor speaks, and knows it. */
const losesNetwork = (room: Room, member: Member): Promise<void> => room.disconnect(member)

describe('silence', () => {
  it('of less than fifteen seconds removes nobody', async () => {
    const { room, alice, bob } = await three()
    await losesNetwork(room, bob)
    await room.pass(13_000)
    expect(names(alice)).toEqual(['Alice', 'Bob', 'Carol'])
  })

  it('of fifteen seconds removes a member, once, and the others get new keys', async () => {
    const { room, alice, bob, carol } = await three()
    const before = alice.epoch.mediaSecret
    await losesNetwork(room, bob)
    await room.pass(20_000)
    expect(names(alice)).toEqual(['Alice', 'Carol'])
    expect(names(carol)).toEqual(['Alice', 'Carol'])
    expect(alice.epoch.mediaSecret).not.toEqual(before)
    expect(room.log.filter((entry) => entry.kind === 'commit')).toHaveLength(3)
  })

  it('does not count while one’s own socket is down', async () => {
    const { room, alice, bob, carol } = await three()
    await losesNetwork(room, alice)
    bob.connected = carol.connected = false
    await room.pass(30_000)
    expect(names(alice)).toEqual(['Alice', 'Bob', 'Carol'])
    bob.connected = carol.connected = true
    await room.connect(alice)
    await room.pass(5_000)
    expect(names(alice)).toEqual(['Alice', 'Bob', 'Carol'])
  })

  it('begins anew when one’s own socket is back', async () => {
    const { room, alice, bob } = await three()
    await losesNetwork(room, bob)
    await room.pass(10_000)
    await losesNetwork(room, alice)
    await room.connect(alice)
    await room.pass(3_000)
    expect(alice.all('append').filter((output) => output.kind === 'commit')).toHaveLength(2)
  })

  it('a bye needs no silence', async () => {
    const { room, alice, bob } = await three()
    await bob.engine.leave()
    await room.settle()
    bob.connected = false
    await room.pass(500)
    expect(names(alice)).toEqual(['Alice', 'Carol'])
  })
})

/** As the worker does when the group is lost: the log is read anew. */
const readsAnew = (room: Room, member: Member): Promise<void> => room.connect(member)

describe('whoever was removed', () => {
  const isAwayTooLong = async (room: Room, member: Member): Promise<void> => {
    await losesNetwork(room, member)
    await room.pass(20_000)
    await room.connect(member)
  }

  it('for its silence comes back by itself', async () => {
    const { room, alice, bob, carol } = await three()
    await isAwayTooLong(room, bob)
    expect(bob.all('stopped').map(({ code, again }) => `${code} ${again}`)).toEqual(['unavailable.absent true'])
    await readsAnew(room, bob)
    await room.pass(2_000)
    expect(room.agree(alice, bob, carol)).toBe(true)
    expect(names(alice)).toEqual(['Alice', 'Bob', 'Carol'])
  })

  it('four times within five minutes is not wanted, and stays out', async () => {
    const { room, bob } = await three()
    for (let times = 0; times < 4; times++) {
      await isAwayTooLong(room, bob)
      if (times < 3) await readsAnew(room, bob)
      await room.pass(2_000)
    }
    const told = bob.all('stopped').map(({ code }) => code)
    expect(told).toEqual([...Array.from({ length: 3 }, () => 'unavailable.absent'), 'denied.removed'])
  })
})

describe('whose turn it is', () => {
  it('the live member with the lowest leaf adds a joiner at once', async () => {
    const { room, alice, bob } = await three()
    const commits = (member: Member): number => member.all('append').filter((output) => output.kind === 'commit').length
    const before = [commits(alice), commits(bob)]
    await room.join('Dora')
    await room.pass(500)
    expect(names(alice)).toContain('Dora')
    expect([commits(alice) - (before[0] ?? 0), commits(bob) - (before[1] ?? 0)]).toEqual([1, 0])
  })

  it('the next one adds a joiner two seconds later when the first does not act', async () => {
    const { room, alice, bob, carol } = await three()
    await losesNetwork(room, alice)
    const dora = await room.member('Dora')
    await room.connect(dora)
    await room.pass(1_500)
    expect(names(bob)).not.toContain('Dora')
    await room.pass(1_500)
    expect(names(bob)).toContain('Dora')
    expect(room.agree(bob, carol, dora)).toBe(false)
    expect([bob.epoch.epoch, carol.epoch.epoch]).toEqual([dora.epoch.epoch, dora.epoch.epoch])
  })

  it('joins within a quarter of a second become one commit', async () => {
    const { room, alice } = await three()
    await room.join('Dora')
    const epoch = alice.epoch.epoch
    for (const name of ['Ewa', 'Finn', 'Gil']) await room.connect(await room.member(name))
    expect(alice.epoch.epoch).toBe(epoch)
    await room.pass(750)
    expect(alice.epoch.epoch).toBe(epoch + 1)
    expect(alice.epoch.roster.size).toBe(6)
  })
})

describe('keys', () => {
  it('heal: a quiet group gets new ones every five minutes, from one member', async () => {
    const { room, alice, bob, carol } = await three()
    const before = alice.epoch
    await room.pass(298_000)
    expect(alice.epoch.epoch).toBe(before.epoch)
    await room.pass(3_000)
    expect(alice.epoch.epoch).toBe(before.epoch + 1)
    expect(alice.epoch.mediaSecret).not.toEqual(before.mediaSecret)
    expect(room.agree(alice, bob, carol)).toBe(true)
  }, 60_000)

  it('change on a join when everybody acknowledged, and after one second at the latest', async () => {
    const { room, alice, carol } = await three()
    const senders = (): number => alice.all('send-under').at(-1)?.epoch ?? -1
    carol.seesEntry = () => []
    await room.join('Dora')
    expect(alice.epoch.epoch).toBeGreaterThan(senders())
    await room.pass(750)
    expect(alice.epoch.epoch).toBeGreaterThan(senders())
    await room.pass(500)
    expect(senders()).toBe(alice.epoch.epoch)
  })

  it('change on a leave at once', async () => {
    const { room, alice, bob, carol } = await three()
    await bob.engine.leave()
    carol.seesEntry = () => []
    await room.settle()
    expect(names(alice)).toEqual(['Alice', 'Carol'])
    expect(alice.all('send-under').at(-1)?.epoch).toBe(alice.epoch.epoch)
  })
})

describe('delayed media', () => {
  it('raises an alarm that passes, two seconds after a heartbeat told of frames that did not arrive', async () => {
    const { room, alice, bob } = await three()
    const kid = makeKid(1, bob.epoch.ownLeaf, bob.epoch.epoch)
    bob.ctrs = { [kid]: 500 }
    alice.received = () => 100
    await room.pass(5_500)
    expect(alice.alarms).toEqual([])
    await room.pass(2_500)
    expect(alice.alarms).toEqual(['integrity.delayed'])
    expect(alice.all('alarm').every((alarm) => alarm.standing !== true)).toBe(true)
  })

  it('says nothing while the last few frames are on their way', async () => {
    const { room, alice, bob } = await three()
    const kid = makeKid(1, bob.epoch.ownLeaf, bob.epoch.epoch)
    bob.ctrs = { [kid]: 500 }
    alice.received = () => 480
    await room.pass(9_000)
    expect(alice.alarms).toEqual([])
  })
})
