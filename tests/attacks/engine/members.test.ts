/** Who gets in, who speaks as whom: ghosts, borrowed credentials, forged senders, heartbeats and Welcomes. */
import { attack, type Outcome } from './attack'
import type { Member, Newcomer, Room, World } from './world'

interface Scene {
  readonly room: Room
  readonly alice: Member
  readonly bob: Member
  readonly mallory: Member
}

async function three(world: World): Promise<Scene> {
  const room = await world.Room.make()
  const [alice, bob, mallory] = (await world.gather(room, 'Alice', 'Bob', 'Mallory')) as [Member, Member, Member]
  return { room, alice, bob, mallory }
}

attack('room id without S', async (world) => {
  const { room, alice } = await three(world)
  const guess = await world.labels.deriveRoomKeys(await world.labels.importSecret(new Uint8Array(32)), room.roomId)
  await alice.say('Only for us.')
  await room.settle()
  const opened = await Promise.all(
    room.log.map(({ kind, epoch, body }) => world.envelope.openEnvelope(guess.envelope, room.roomId, kind as 'join', epoch, body)),
  )
  const ghost = await world.newcomer(room, await world.generateDevice(), { groupId: world.groupOf(alice), admit: guess.admit })
  await room.append({
    kind: 'join',
    epoch: 0,
    body: await world.envelope.sealEnvelope(guess.envelope, room.roomId, 'join', 0, world.joinBody(ghost)),
  })
  await room.pass(3_000)
  const hasAccess = world.bytes.equal(guess.access, room.keys.access)
  return { believed: hasAccess && opened.every((one) => one !== null) && world.shows(alice, ghost.device.publicKey), noticed: alice.alarms }
})

/** A newcomer of the attacker's asks, and after 3 s either stands in everybody's roster or does not. */
async function asks(world: World, { room, alice, bob }: Scene, ghost: Newcomer): Promise<Outcome> {
  await world.plant(room, 'join', 0, world.joinBody(ghost))
  await room.pass(3_000)
  const shown = [alice, bob].map((member) => world.shows(member, ghost.device.publicKey))
  return { believed: shown.includes(true), noticed: [...alice.alarms, ...(await world.refusals(room))] }
}

/** Mallory adds the newcomer by a commit of her own, whatever the others think of it. */
async function isAdded(world: World, { room, alice, bob, mallory }: Scene, ghost: Newcomer): Promise<Outcome> {
  await world.askQuietly(room, ghost)
  await world.plantCommit(mallory, (await world.commitOf(mallory, [world.addOf(ghost)])).commit)
  const shown = [alice, bob].map((member) => world.shows(member, ghost.device.publicKey))
  return { believed: shown.includes(true), noticed: alice.alarms.filter((code) => bob.alarms.includes(code)) }
}

const otherAdmission = async (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign', 'verify'])

attack('ghost without S that asks', async (world) => {
  const scene = await three(world)
  const ghost = await world.newcomer(scene.room, await world.generateDevice(), { groupId: world.groupOf(scene.alice), admit: await otherAdmission() })
  return asks(world, scene, ghost)
})

attack('ghost without S that a member adds', async (world) => {
  const scene = await three(world)
  const ghost = await world.newcomer(scene.room, await world.generateDevice(), { groupId: world.groupOf(scene.alice), admit: await otherAdmission() })
  return isAdded(world, scene, ghost)
})

attack('credential of another room', async (world) => {
  const scene = await three(world)
  const elsewhere = await world.Room.make()
  const victim = await world.generateDevice()
  const ghost = await world.newcomer(scene.room, victim, {
    groupId: world.groupOf(scene.alice),
    roomId: elsewhere.roomId,
    admit: elsewhere.keys.admit,
  })
  return isAdded(world, scene, ghost)
})

attack('credential of another group', async (world) => {
  const scene = await three(world)
  const ghost = await world.newcomer(scene.room, await world.generateDevice(), { groupId: world.random(32) })
  return isAdded(world, scene, ghost)
})

attack("credential of somebody else on a leaf of one's own", async (world) => {
  const scene = await three(world)
  const victim = await world.newcomer(scene.room, await world.generateDevice(), { groupId: world.groupOf(scene.alice), displayName: 'Victim' })
  const keyPackage = await world.mls.makeKeyPackage(victim.credential, await world.suite.generateLeafKey())
  return asks(world, scene, { ...victim, keyPackage })
})

attack("credential without the device's signature", async (world) => {
  const scene = await three(world)
  const victim = await world.generateDevice()
  const liar = { ...(await world.generateDevice()), publicKey: victim.publicKey }
  return asks(world, scene, await world.newcomer(scene.room, liar, { groupId: world.groupOf(scene.alice) }))
})

attack('credential with a name that hides', async (world) => {
  const scene = await three(world)
  const ghost = await world.misnamed(scene.room, await world.generateDevice(), world.groupOf(scene.alice), 'Bob\u202e\u200b')
  return asks(world, scene, ghost)
})

attack('expired request', async (world) => {
  const scene = await three(world)
  const ghost = await world.newcomer(scene.room, await world.generateDevice(), {
    groupId: world.groupOf(scene.alice),
    expiresAt: Math.floor(scene.room.now_ms / 1_000) - 3_600,
  })
  return asks(world, scene, ghost)
})

attack('request after the room has expired', async (world) => {
  const scene = await three(world)
  Reflect.set(scene.room.policy.policy, 'expires_at', Math.floor(scene.room.now_ms / 1_000) + 2)
  await scene.room.pass(3_000)
  return asks(world, scene, await world.newcomer(scene.room, await world.generateDevice(), { groupId: world.groupOf(scene.alice) }))
})

attack('forged sender inside a payload', async (world) => {
  const { room, alice, bob, mallory } = await three(world)
  const payload = { v: 1, n: 0, type: 'chat', message_id: world.text.b64u(world.random(16)), text: 'It is me.', sent_at_ms: 0 }
  await world.sayRaw(mallory, { ...payload, from: alice.epoch.ownLeaf, leaf: alice.epoch.ownLeaf, sender: 'Alice' })
  await room.settle()
  const said = bob.all('payload').find((output) => output.payload.type === 'chat')
  const extra = said ? Object.keys(said.payload).filter((name) => !(name in payload)) : []
  return { believed: said?.from === alice.epoch.ownLeaf, noticed: said?.from === mallory.epoch.ownLeaf && extra.length === 0 ? ['her own leaf'] : [] }
})

attack('forged heartbeat', async (world) => {
  const { room, alice, bob, mallory } = await three(world)
  const lie = await world.forgedBeat(room, mallory.device, bob, { transcript: world.text.b64u(world.random(32)) })
  await alice.engine.handleRelay(lie, room.now_ms)
  return { believed: alice.alarms.includes('integrity.fork'), noticed: alice.alarms.length === 0 ? ['nothing'] : [] }
})

/** Bob is gone; somebody wants Alice to believe that he is still there. */
async function keptAlive(world: World, { room, alice, bob, mallory }: Scene, beat: Uint8Array<ArrayBuffer>): Promise<Outcome> {
  await room.disconnect(bob)
  for (let i = 0; i < 12; i++) {
    await room.pass(2_000)
    for (const member of [alice, mallory]) await member.engine.handleRelay(beat, room.now_ms)
  }
  return { believed: world.shows(alice, bob.device.publicKey), noticed: [] }
}

attack('replayed heartbeat', async (world) => {
  const scene = await three(world)
  const heard: Array<Uint8Array<ArrayBuffer>> = []
  scene.alice.seesRelay = (body) => {
    heard.push(body)
    return [body]
  }
  await scene.room.pass(6_000)
  const own = scene.bob.all('relay').at(-1)?.body
  const beat = heard.find((body) => body === own)
  if (!beat) throw new Error('no heartbeat of Bob was heard')
  return keptAlive(world, scene, beat)
})

attack('heartbeat of another group', async (world) => {
  const scene = await three(world)
  const beat = await world.forgedBeat(scene.room, scene.bob.device, scene.bob, { groupId: world.text.b64u(world.random(32)) })
  return keptAlive(world, scene, beat)
})

interface Trap {
  /** The group that the genesis names; the one that the Welcome leads into unless `into` says otherwise. */
  readonly into?: Uint8Array<ArrayBuffer>
  readonly policyHash?: Uint8Array<ArrayBuffer>
  readonly ghosts?: (room: Room, groupId: Uint8Array<ArrayBuffer>) => Promise<readonly Newcomer[]>
}

/** Mallory founds a group by hand and welcomes Carol into it. */
async function trap(world: World, capacity: number, { into, policyHash, ghosts }: Trap): Promise<Outcome> {
  const room = await world.Room.make(capacity)
  const founder = await world.generateDevice()
  const named = world.random(32)
  const groupId = into ?? named
  const genesis = await world.newcomer(room, founder, { groupId: named })
  await world.plant(
    room,
    'genesis',
    0,
    world.bodies.emitGenesis({ groupId: named, policyHash: room.policy.hash, credential: genesis.credential, admission: new Uint8Array(0) }),
  )
  const host = await world.newcomer(room, founder, { groupId })
  let state = await world.mls.create(groupId, host.keyPackage, policyHash ?? room.policy.hash)
  const more = (await ghosts?.(room, groupId)) ?? []
  if (more.length > 0)
    state = (
      await world.mls.makeCommit(
        state,
        more.map((ghost) => ghost.keyPackage.publicPackage),
        [],
      )
    ).next
  const carol = await room.member('Carol')
  await world.lure(carol, [...room.log])
  await room.settle()
  const asked = world.bodies.parseJoin(await world.openEntry(room, room.log.at(-1) ?? { seq: 0, kind: 'join', epoch: 0, body: new Uint8Array(0) }))
  const joiner = asked && (await world.mls.parseKeyPackage(asked.keyPackage))
  if (!joiner) throw new Error('Carol did not ask')
  const { welcome } = await world.mls.makeCommit(state, [joiner.keyPackage], [])
  if (!welcome) throw new Error('no Welcome')
  await world.plant(room, 'welcome', 0, world.bodies.emitWelcome({ keyPackageRef: joiner.ref, welcome, orders: [] }))
  return { believed: world.isIn(carol), noticed: carol.alarms }
}

attack('Welcome under other rules', (world) => trap(world, 6, { policyHash: world.random(32) }))

attack('Welcome into another group', (world) => trap(world, 6, { into: world.random(32) }))

attack('Welcome into a group with a ghost', (world) =>
  trap(world, 6, {
    ghosts: async (room, groupId) => [await world.newcomer(room, await world.generateDevice(), { groupId, admit: await otherAdmission() })],
  }),
)

attack('Welcome into a group beyond the capacity', (world) =>
  trap(world, 2, { ghosts: async (room, groupId) => [await world.newcomer(room, await world.generateDevice(), { groupId })] }),
)

attack('Welcome into a group with one device twice', (world) =>
  trap(world, 6, {
    ghosts: async (room, groupId) => {
      const device = await world.generateDevice()
      return [await world.newcomer(room, device, { groupId }), await world.newcomer(room, device, { groupId })]
    },
  }),
)

attack('refusal that is for somebody else', async (world) => {
  const { room, alice, bob, mallory } = await three(world)
  const carol = await room.member('Carol')
  await world.lure(carol, [...room.log])
  for (const member of [alice, bob, mallory]) await room.disconnect(member)
  await world.plant(room, 'refusal', 0, await world.refusalOf(mallory, world.random(32)))
  await room.pass(5_000)
  const told = carol.all('stopped').map(({ code }) => code)
  return { believed: told.includes('denied.room-full'), noticed: told.length === 0 ? ['nothing'] : told }
})

attack('refusal of somebody whom others add', async (world) => {
  const { room, mallory } = await three(world)
  const carol = await room.member('Carol')
  await world.lure(carol, [...room.log])
  const asked = carol.all('append').at(-1)
  const message = asked && world.bodies.parseJoin(await world.openEntry(room, { ...asked, seq: 0 }))
  const joiner = message && (await world.mls.parseKeyPackage(message.keyPackage))
  if (!joiner) throw new Error('Carol did not ask')
  await world.plant(room, 'refusal', 0, await world.refusalOf(mallory, joiner.ref))
  await room.pass(5_000)
  return { believed: !world.isIn(carol), noticed: world.isIn(carol) && room.agree(...room.members) ? ['she is in'] : [] }
})
