/** The host's power, claimed by those who do not have it: other members, people with the link, and the server. */
import { attack, type Outcome } from './attack'
import type { Member, Room, World } from './world'

interface Scene {
  readonly world: World
  readonly room: Room
  readonly hanna: Member
  readonly bob: Member
  readonly mallory: Member
}

/** Hanna is the host; everybody else came with the link, and was admitted where that is needed. */
async function scene(world: World, waitingRoom = false): Promise<Scene> {
  const room = await world.Room.make(6, world.random(32), world.random(16), world.random(32), waitingRoom)
  const hanna = await room.join('Hanna', undefined, true)
  const others: Member[] = []
  for (const name of ['Bob', 'Mallory']) {
    const member = await room.join(name)
    others.push(member)
    if (waitingRoom) await room.decide(hanna, 'admit', member)
    await room.pass(1_000)
  }
  const [bob, mallory] = others as [Member, Member]
  if (!room.agree(hanna, bob, mallory)) throw new Error('they are not in one group')
  return { world, room, hanna, bob, mallory }
}

const deviceOf = (world: World, member: Member): string => world.text.b64u(member.device.publicKey)
const stops = (member: Member): string[] => member.all('stopped').map(({ code }) => code)
const details = (member: Member): string[] => member.all('alarm').flatMap(({ code, detail }) => (detail === undefined ? [code] : [code, detail]))

/** An order of Mallory's own making, signed by a key of Mallory's own. */
async function forged({ world, mallory }: Scene, order: Record<string, unknown>): Promise<Uint8Array<ArrayBuffer>> {
  const key = await world.hostKey.openHostKey(world.random(32))
  return world.hostOrder.signOrder({ group_id: world.text.b64u(world.groupOf(mallory)), at: 9, ...order } as never, key)
}

/** What the host says with its own key. */
const genuine = ({ world, room, hanna }: Scene, order: Record<string, unknown>): Promise<Uint8Array<ArrayBuffer>> =>
  world.hostOrder.signOrder({ group_id: world.text.b64u(world.groupOf(hanna)), at: room.now_ms, ...order } as never, room.host)

attack('order to mute that the host did not give', async (world) => {
  const at = await scene(world)
  const order = await forged(at, { type: 'mute', device: deviceOf(world, at.bob), epoch: at.bob.epoch.epoch })
  await at.mallory.engine.send({ type: 'order_mute', order: world.text.b64u(order) }, 'log')
  await at.room.settle()
  return { believed: at.bob.all('muted').length > 0, noticed: at.bob.alarms }
})

attack('end of the call that the host did not order', async (world) => {
  const at = await scene(world)
  const order = await forged(at, { type: 'end', epoch: at.bob.epoch.epoch })
  await at.mallory.engine.send({ type: 'order_end', order: world.text.b64u(order) }, 'log')
  await at.room.settle()
  return { believed: stops(at.bob).includes('denied.ended'), noticed: at.bob.alarms }
})

attack('order to mute that a member says again', async (world) => {
  const at = await scene(world)
  await at.room.decide(at.hanna, 'mute', at.bob)
  const said = at.mallory.room.log.filter((entry) => entry.kind === 'application').at(-1)
  if (!said || at.bob.all('muted').length !== 1) throw new Error('Bob was not asked')
  // Mallory, a member, heard the order as everybody did. It was made in this epoch and is said again in it.
  const heard = await genuine(at, { type: 'mute', device: deviceOf(world, at.bob), epoch: at.bob.epoch.epoch })
  for (const _ of [1, 2]) await at.mallory.engine.send({ type: 'order_mute', order: world.text.b64u(heard) }, 'log')
  await at.room.settle()
  return { believed: at.bob.all('muted').length > 2, noticed: at.bob.alarms }
})

attack('order of an epoch that is over', async (world) => {
  const at = await scene(world)
  const heard = await genuine(at, { type: 'end', epoch: at.bob.epoch.epoch })
  await world.commitHonestly(at.hanna, [])
  await at.mallory.engine.send({ type: 'order_end', order: world.text.b64u(heard) }, 'log')
  await at.room.settle()
  return { believed: stops(at.bob).includes('denied.ended'), noticed: at.bob.alarms }
})

attack("mark of the host on somebody else's device", async (world) => {
  const at = await scene(world)
  const order = await forged(at, { type: 'mark', device: deviceOf(world, at.mallory) })
  await at.mallory.engine.send({ type: 'host', order: world.text.b64u(order) }, 'log')
  await at.room.settle()
  return { believed: at.bob.hostView.hosts.includes(deviceOf(world, at.mallory)), noticed: at.bob.alarms }
})

/** Mallory commits, and the others follow or do not. */
async function committed(at: Scene, orders: readonly Uint8Array<ArrayBuffer>[], proposals: Parameters<World['commitOf']>[1]): Promise<Outcome> {
  const before = at.bob.epoch.epoch
  const { commit } = await at.world.commitOf(at.mallory, proposals, at.world.hostOrder.emitOrders(orders))
  await at.world.plantCommit(at.mallory, commit)
  return { believed: at.bob.epoch.epoch !== before, noticed: details(at.bob) }
}

async function ghostIn({ world, room, mallory }: Scene): Promise<Awaited<ReturnType<World['newcomer']>>> {
  const ghost = await world.newcomer(room, await world.generateDevice(), { groupId: world.groupOf(mallory) })
  await world.askQuietly(room, ghost)
  return ghost
}

attack('Add in a waiting room without an admission', async (world) => {
  const at = await scene(world, true)
  return committed(at, [], [world.addOf(await ghostIn(at))])
})

attack('Add in a waiting room with the admission of another key package', async (world) => {
  const at = await scene(world, true)
  const ghost = await ghostIn(at)
  const order = await genuine(at, { type: 'admit', device: world.text.b64u(ghost.device.publicKey), ref: world.text.b64u(world.random(32)) })
  return committed(at, [order], [world.addOf(ghost)])
})

attack('Add in a waiting room with an admission that the host did not give', async (world) => {
  const at = await scene(world, true)
  const ghost = await ghostIn(at)
  const [device, ref] = [world.text.b64u(ghost.device.publicKey), world.text.b64u(ghost.keyPackage.ref)]
  return committed(at, [await forged(at, { type: 'admit', device, ref })], [world.addOf(ghost)])
})

attack('Add to a locked room', async (world) => {
  const at = await scene(world)
  await at.room.lock(at.hanna, true)
  return committed(at, [], [world.addOf(await ghostIn(at))])
})

attack('unlocking by an order that is over', async (world) => {
  const at = await scene(world)
  const unlock = await genuine(at, { type: 'lock', locked: false })
  await at.room.pass(1_000)
  await at.room.lock(at.hanna, true)
  return committed(at, [unlock], [])
})

attack('removed person who is added to the group that is left', async (world) => {
  const at = await scene(world)
  await at.room.decide(at.hanna, 'remove', at.bob)
  const again = await world.newcomer(at.room, at.bob.device, { groupId: world.groupOf(at.mallory) })
  await world.askQuietly(at.room, again)
  const before = at.hanna.epoch.epoch
  const { commit } = await world.commitOf(at.mallory, [world.addOf(again)])
  await world.plantCommit(at.mallory, commit)
  return { believed: at.hanna.epoch.epoch !== before, noticed: details(at.hanna) }
})

attack('waiting room that somebody else opens', async (world) => {
  const room = await world.Room.make(6, world.random(32), world.random(16), world.random(32), true)
  const groupId = world.random(32)
  const mallory = await world.newcomer(room, await world.generateDevice(), { groupId })
  const { credential } = mallory
  await world.plant(room, 'genesis', 0, world.bodies.emitGenesis({ groupId, policyHash: room.policy.hash, credential, admission: new Uint8Array(0) }))
  const carol = await room.join('Carol')
  return { believed: room.log.some((entry) => entry.kind === 'join'), noticed: carol.alarms }
})

attack('Welcome by somebody whom the host did not admit', async (world) => {
  const at = await scene(world, true)
  const groupId = world.groupOf(at.hanna)
  const carol = await at.room.join('Carol')
  const asked = carol.all('append').findLast(({ kind }) => kind === 'join')
  const body = asked && world.bodies.parseJoin(await world.openEntry(at.room, { ...asked, seq: 0 }))
  const joiner = body && (await world.mls.parseKeyPackage(body.keyPackage))
  if (!joiner) throw new Error('Carol did not ask')
  const eve = await world.newcomer(at.room, await world.generateDevice(), { groupId })
  const state = await world.mls.create(groupId, eve.keyPackage, at.room.policy.hash)
  const { welcome } = await world.mls.makeCommit(state, [joiner.keyPackage], [])
  if (!welcome) throw new Error('no Welcome')
  await world.plant(at.room, 'welcome', 0, world.bodies.emitWelcome({ keyPackageRef: joiner.ref, welcome, orders: [] }))
  return { believed: world.isIn(carol), noticed: carol.alarms }
})

attack('refusal in the name of the host', async (world) => {
  const at = await scene(world, true)
  const carol = await at.room.join('Carol')
  const asked = carol.all('append').findLast(({ kind }) => kind === 'join')
  const body = asked && world.bodies.parseJoin(await world.openEntry(at.room, { ...asked, seq: 0 }))
  const joiner = body && (await world.mls.parseKeyPackage(body.keyPackage))
  if (!joiner) throw new Error('Carol did not ask')
  await world.plant(at.room, 'refusal', 0, await world.refusalOf(at.mallory, joiner.ref))
  await at.room.pass(5_000)
  return { believed: stops(carol).length > 0, noticed: stops(carol).length === 0 ? ['she waits on'] : [] }
})
