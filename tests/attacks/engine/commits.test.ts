/**
 * Bogus commits: each breaks one line of the valid-commit rule (spec/5-group.md). They want to change the group against the rule, or, where nobody can
 * follow, to throw everybody out of it. Afterwards somebody joins as ever: a room that a bogus commit can brick is no room.
 */
import { describe, expect, it } from 'vitest'
import type { Proposal } from 'ts-mls/proposal.js'
import { attack, product, type Outcome } from './attack'
import type { Member, Room, World } from './world'

interface Scene {
  readonly world: World
  readonly room: Room
  readonly alice: Member
  readonly bob: Member
  readonly mallory: Member
  /** Asks to join, as an entry in the log, with nobody quick enough to answer. */
  readonly ghost: Awaited<ReturnType<World['newcomer']>>
}

const inline = (proposal: Proposal): { readonly proposalOrRefType: 'proposal'; readonly proposal: Proposal } => ({
  proposalOrRefType: 'proposal',
  proposal,
})

/** Runs a commit of Mallory's past Alice and Bob. */
async function bogus(world: World, make: (scene: Scene) => Promise<Uint8Array<ArrayBuffer>>, capacity = 6): Promise<Outcome> {
  const room = await world.Room.make(capacity)
  const [alice, bob, mallory] = (await world.gather(room, 'Alice', 'Bob', 'Mallory')) as [Member, Member, Member]
  const ghost = await world.newcomer(room, await world.generateDevice(), { groupId: world.groupOf(mallory) })
  const commit = await make({ world, room, alice, bob, mallory, ghost })
  const before = alice.epoch
  await world.plantCommit(mallory, commit)
  const seenBy = (member: Member): string[] => member.all('alarm').flatMap(({ code, detail }) => (detail === undefined ? [code] : [code, detail]))
  const noticed = seenBy(alice).filter((what) => seenBy(bob).includes(what))
  if (!world.isIn(alice) || !world.isIn(bob) || alice.epoch !== before) return { believed: true, noticed }
  await room.pass(1_000)
  const people = [alice, bob, mallory]
  if (alice.epoch.roster.size < capacity) people.push(await room.join('Dora'))
  await room.pass(6_000)
  const codes = new Set(people.map((member) => (world.isIn(member) ? member.epoch.epochCode : member.name)))
  return { believed: codes.size !== 1, noticed }
}

attack('commit that is none', (world) => bogus(world, () => Promise.resolve(world.random(300))))

attack('commit of an epoch that is over', (world) =>
  bogus(world, async ({ alice, mallory }) => {
    const { commit } = await world.commitOf(mallory, [])
    await world.commitHonestly(alice, [])
    return commit
  }),
)

attack('commit from outside the group', (world) => bogus(world, ({ mallory, ghost }) => world.externalCommit(mallory, ghost)))

attack('Add that nobody asked for', (world) =>
  bogus(world, async ({ mallory, ghost }) => (await world.commitOf(mallory, [world.addOf(ghost)])).commit),
)

attack('Add of one device twice', (world) =>
  bogus(world, async ({ mallory, ghost, room }) => {
    const twin = await world.newcomer(room, ghost.device, { groupId: world.groupOf(mallory) })
    await world.askQuietly(room, ghost, twin)
    return (await world.commitOf(mallory, [world.addOf(ghost), world.addOf(twin)])).commit
  }),
)

attack('Add beyond the capacity', (world) =>
  bogus(
    world,
    async ({ mallory, ghost, room }) => {
      await world.askQuietly(room, ghost)
      return (await world.commitOf(mallory, [world.addOf(ghost)])).commit
    },
    3,
  ),
)

attack('removed device that is added again by its old request', (world) =>
  bogus(world, async ({ alice, mallory, ghost, room }) => {
    await world.plant(room, 'join', 0, world.joinBody(ghost))
    await room.pass(1_000)
    if (!world.shows(mallory, ghost.device.publicKey)) throw new Error('the ghost did not get in the first time')
    await world.commitHonestly(alice, [alice.epoch.roster.size - 1])
    if (world.shows(mallory, ghost.device.publicKey)) throw new Error('the ghost was not removed')
    return (await world.commitOf(mallory, [world.addOf(ghost)])).commit
  }),
)

attack('Remove of oneself', (world) =>
  bogus(world, async ({ mallory }) =>
    world.handmadeCommit(mallory, { proposals: [inline(world.removeOf(mallory.epoch.ownLeaf))], path: await world.pathOf(mallory) }),
  ),
)

attack('Remove of nobody', (world) =>
  bogus(world, async ({ mallory }) => world.handmadeCommit(mallory, { proposals: [inline(world.removeOf(99))], path: await world.pathOf(mallory) })),
)

attack('Remove without a path', (world) =>
  bogus(world, ({ mallory, bob }) => world.handmadeCommit(mallory, { proposals: [inline(world.removeOf(bob.epoch.ownLeaf))], path: undefined })),
)

attack('empty commit without a path', (world) => bogus(world, ({ mallory }) => world.handmadeCommit(mallory, { proposals: [], path: undefined })))

attack('proposal by reference', (world) =>
  bogus(world, async ({ mallory }) =>
    world.handmadeCommit(mallory, {
      proposals: [{ proposalOrRefType: 'reference', reference: world.random(32) }],
      path: await world.pathOf(mallory),
    }),
  ),
)

attack('commit that changes the rules of the room', (world) =>
  bogus(world, async ({ mallory }) => {
    const extensions = [{ extensionType: world.mls.POLICY_EXTENSION, extensionData: world.random(32) }]
    return (await world.commitOf(mallory, [{ proposalType: 'group_context_extensions', groupContextExtensions: { extensions } }])).commit
  }),
)

attack('commit that ends the group', (world) =>
  bogus(world, async ({ mallory }) => {
    const reinit = { groupId: world.random(32), version: 'mls10', cipherSuite: world.suite.SUITE, extensions: [] } as const
    return world.handmadeCommit(mallory, { proposals: [inline({ proposalType: 'reinit', reinit: { ...reinit, extensions: [] } })], path: undefined })
  }),
)

attack('committer who becomes somebody else', (world) => bogus(world, ({ mallory, ghost }) => world.commitAs(mallory, ghost.credential)))

attack('commit with a key that nothing can be sealed to', (world) => bogus(world, ({ mallory }) => world.crookedCommit(mallory)))

const low = new Uint8Array(32)
const crooked = {
  'request with an init key of low order': { initKey: low },
  'request with an init key that is too short': { initKey: low.slice(1) },
  'request with a leaf key of low order': { hpkePublicKey: low },
  'request with a leaf key that is too long': { hpkePublicKey: new Uint8Array(64) },
} as const
for (const [name, keys] of Object.entries(crooked))
  attack(name, async (world) => {
    const room = await world.Room.make()
    const [alice, bob] = (await world.gather(room, 'Alice', 'Bob')) as [Member, Member]
    // Somebody who joins and a healing commit: what an engine that trips over the request cannot do any more.
    const goesOn = async (): Promise<boolean> => {
      await world.plant(room, 'join', 0, await world.crookedJoin(room, world.groupOf(alice), keys))
      await room.pass(1_000)
      const dora = await room.join('Dora')
      await room.pass(3_000)
      await world.commitHonestly(alice, [])
      return room.agree(alice, bob, dora)
    }
    return { believed: !(await goesOn().catch(() => false)), noticed: alice.alarms }
  })

describe('a request', () => {
  it.each([0, 31, 33, 200])('whose signature key has %i bytes is noticed and forgotten', async (length) => {
    const world = await product()
    const room = await world.Room.make()
    const [alice] = (await world.gather(room, 'Alice', 'Bob')) as [Member]
    await world.plant(room, 'join', 0, await world.crookedJoin(room, world.groupOf(alice), { signaturePublicKey: new Uint8Array(length) }))
    expect(alice.alarms).toEqual(['integrity.credential'])
  })
})

describe('a member who commits what nobody can follow', () => {
  it('throws the others out for seconds, after which they are in one group again', async () => {
    const world = await product()
    const room = await world.Room.make()
    const [alice, bob, mallory] = (await world.gather(room, 'Alice', 'Bob', 'Mallory')) as [Member, Member, Member]
    await world.plantCommit(mallory, await world.handmadeCommit(mallory, { proposals: [], path: await world.pathOf(mallory) }))
    await room.disconnect(mallory)
    for (const member of [alice, bob]) {
      expect(member.all('stopped').map(({ code, again }) => `${code} ${again}`)).toEqual(['unavailable.log-gap true'])
      await room.connect(member)
    }
    await room.pass(20_000)
    expect(room.agree(alice, bob)).toBe(true)
  })
})
