import { describe, expect, it } from 'vitest'
import { b64u } from '../bytes/text'
import { random, Room, type Member } from '../../../tests/attacks/engine/fake_room'
import { isIn, shows } from '../../../tests/attacks/engine/mallory'

const waitingRoom = (): Promise<Room> => Room.make(6, random(32), random(16), random(32), true)
const keyOf = (member: Member): string => b64u(member.device.publicKey)
const stops = (member: Member): string[] => member.all('stopped').map(({ code }) => code)
const names = (host: Member): string[] => host.hostView.waiting.map(({ name }) => name)

async function open(): Promise<{ room: Room; host: Member; bob: Member; carol: Member }> {
  const room = await Room.make()
  const host = await room.join('Hanna', undefined, true)
  const bob = await room.join('Bob')
  await room.pass(500)
  const carol = await room.join('Carol')
  await room.pass(500)
  expect(room.agree(host, bob, carol)).toBe(true)
  return { room, host, bob, carol }
}

describe('the host', () => {
  it('is known to everybody by a proof inside the group, whenever they came', async () => {
    const { host, bob, carol } = await open()
    for (const member of [host, bob, carol]) expect(member.hostView.hosts).toEqual([keyOf(host)])
  })

  it('asks one person to mute, and nobody else is asked', async () => {
    const { room, host, bob, carol } = await open()
    await room.decide(host, 'mute', bob)
    expect([bob.all('muted').length, carol.all('muted').length, host.all('muted').length]).toEqual([1, 0, 0])
    await room.decide(host, 'mute', bob)
    expect(bob.all('muted')).toHaveLength(2)
  })

  it('ends the call for everybody', async () => {
    const { room, host, bob, carol } = await open()
    await host.engine.host({ what: 'end' }, room.now_ms)
    await room.settle()
    for (const member of [bob, carol]) expect(stops(member)).toEqual(['denied.ended'])
  })

  it('locks the room: nobody new comes in, who was in comes back, and after unlocking all is as before', async () => {
    const { room, host, bob, carol } = await open()
    await room.lock(host, true)
    for (const member of [host, bob, carol]) expect(member.hostView.isLocked).toBe(true)
    const dora = await room.join('Dora')
    await room.pass(5_000)
    expect(stops(dora)).toEqual(['denied.room-locked'])
    await room.disconnect(carol)
    const again = await room.join('Carol', carol.device)
    await room.pass(3_000)
    expect(room.agree(host, bob, again)).toBe(true)
    expect(again.hostView.isLocked).toBe(true)
    await room.lock(host, false)
    const ewa = await room.join('Ewa')
    await room.pass(3_000)
    expect(room.agree(host, bob, again, ewa)).toBe(true)
  })

  it('removes somebody: the others go on under an S that the removed person does not have', async () => {
    const { room, host, bob, carol } = await open()
    await room.decide(host, 'remove', bob)
    expect(stops(bob)).toEqual(['denied.removed'])
    expect(bob.all('moved')).toEqual([])
    const [hosts, carols] = [host.all('moved'), carol.all('moved')]
    expect(hosts).toHaveLength(1)
    expect(carols[0]?.secret).toEqual(hosts[0]?.secret)
    expect(hosts[0]?.removed).toEqual([keyOf(bob)])
    expect([...(hosts[0]?.stay ?? [])].sort()).toEqual([keyOf(host), keyOf(carol)].sort())
  })

  it('leaves behind a group that takes nobody in, under whatever device', async () => {
    const { room, host, bob, carol } = await open()
    await room.decide(host, 'remove', bob)
    const back = await room.join('Bob')
    await room.pass(3_000)
    expect(isIn(back) && back.epoch.roster.size > 1).toBe(false)
    for (const member of [host, carol]) expect(shows(member, back.device.publicKey)).toBe(false)
  })
})

describe('a waiting room', () => {
  it('lets nobody in before the host is there, and then only whom the host admits', async () => {
    const room = await waitingRoom()
    const bob = await room.join('Bob')
    await room.pass(6_000)
    expect(bob.all('waiting').length).toBeGreaterThan(0)
    expect(bob.all('epoch')).toEqual([])
    const host = await room.join('Hanna', undefined, true)
    await room.pass(6_000)
    expect(names(host)).toEqual(['Bob'])
    await room.decide(host, 'admit', bob)
    await room.pass(1_000)
    expect(room.agree(host, bob)).toBe(true)
    expect(names(host)).toEqual([])
  })

  it('tells who is refused, and lets who was in come back by anybody’s hand', async () => {
    const room = await waitingRoom()
    const host = await room.join('Hanna', undefined, true)
    const bob = await room.join('Bob')
    const carol = await room.join('Carol')
    await room.decide(host, 'admit', bob)
    await room.decide(host, 'refuse', carol)
    await room.pass(1_000)
    expect(stops(carol)).toEqual(['denied.refused'])
    expect(room.agree(host, bob)).toBe(true)
    await room.disconnect(bob)
    const again = await room.join('Bob', bob.device)
    await room.pass(3_000)
    expect(room.agree(host, again)).toBe(true)
  })

  it('keeps who waits for longer than a request is good, and forgets who went away', async () => {
    const room = await waitingRoom()
    const host = await room.join('Hanna', undefined, true)
    const bob = await room.join('Bob')
    const carol = await room.join('Carol')
    await room.disconnect(carol)
    await room.pass(400_000)
    expect(names(host)).toEqual(['Bob'])
    await room.decide(host, 'admit', bob)
    await room.pass(1_000)
    expect(room.agree(host, bob)).toBe(true)
  })

  it('takes in a host who comes later, on whichever device', async () => {
    const room = await waitingRoom()
    const host = await room.join('Hanna', undefined, true)
    const bob = await room.join('Bob')
    await room.decide(host, 'admit', bob)
    await room.pass(1_000)
    await room.disconnect(host)
    await room.pass(20_000)
    const carol = await room.join('Carol')
    const phone = await room.join('Hanna', undefined, true)
    await room.pass(16_000)
    expect(room.agree(bob, phone)).toBe(true)
    expect(names(phone)).toEqual(['Carol'])
    await room.decide(phone, 'admit', carol)
    await room.pass(1_000)
    expect(room.agree(bob, phone, carol)).toBe(true)
  })
})
