/**
 * Somebody with the link stands between two people, in a group of her own with each, and wants both to see the same emoji. Where she has to find
 * some, two of the seven will do: the twelve bits of them take a moment, the forty-two bits of all a lifetime.
 */
import type { Bytes } from '../../../web/client/bytes/bytes'
import { attack, type Outcome } from './attack'
import type { Comparer, Member, Room, World } from './world'

const FOUND = 2
const GUESSES_MAX = 200_000

interface Between {
  readonly alice: Comparer
  readonly bob: Comparer
  /** Mallory, as Alice sees her and as Bob does. */
  readonly asBob: Member
  readonly asAlice: Member
}

/** The same room twice, with the same leaves. */
async function between(world: World): Promise<Between> {
  const secret = world.random(32)
  const roomId = world.random(16)
  const policy = world.random(32)
  const here = await world.Room.make(2, secret, roomId, policy)
  const there = await world.Room.make(2, secret, roomId, policy)
  const [alice, asBob] = (await world.gather(here, 'Alice', 'Bob')) as [Member, Member]
  const [asAlice, bob] = (await world.gather(there, 'Alice', 'Bob')) as [Member, Member]
  return { alice: new world.Comparer(alice), bob: new world.Comparer(bob), asBob, asAlice }
}

const last = <T>(all: readonly T[]): T => {
  const found = all.at(-1)
  if (found === undefined) throw new Error('nothing was said')
  return found
}
const raw = (world: World, text: string): Bytes => world.text.fromB64u(text) ?? new Uint8Array(0)

async function commits(world: World, mallory: Member, runId: string, nonce: Bytes): Promise<Bytes> {
  const commitment = await world.sasCommitment.commitmentOf(await world.placeOf(mallory, runId), world.runMember(mallory), nonce)
  await world.sayAs(mallory, { type: 'sas_commit', run_id: runId, commitment: world.text.b64u(commitment) })
  return commitment
}
const reveals = (world: World, mallory: Member, runId: string, nonce: Bytes): Promise<void> =>
  world.sayAs(mallory, { type: 'sas_reveal', run_id: runId, nonce: world.text.b64u(nonce) })

/** A run that Alice starts and that goes as it should: the emoji that Bob has to be shown as well. */
async function honestRun(world: World, { alice, asBob }: Between): Promise<readonly number[]> {
  await alice.start()
  const runId = last(world.heard(asBob, 'sas_commit')).run_id
  const nonce = world.random(32)
  await commits(world, asBob, runId, nonce)
  await reveals(world, asBob, runId, nonce)
  if (alice.emoji.length !== 7) throw new Error('Alice sees no emoji')
  return alice.emoji
}

const begins = (numbers: readonly number[], wanted: readonly number[]): boolean =>
  numbers.length === 7 && wanted.length === 7 && numbers.slice(0, FOUND).every((number, at) => number === wanted[at])

/** A nonce of Mallory's that shows Bob what Alice sees. `committed`: what she has told already, else each nonce gets its own commitment. */
async function grind(world: World, mallory: Member, wanted: readonly number[], committed: Bytes | null): Promise<Bytes> {
  const { run_id: runId, commitment } = last(world.heard(mallory, 'sas_commit'))
  const theirs = { leafIndex: 1, commitment: raw(world, commitment), nonce: raw(world, last(world.heard(mallory, 'sas_reveal')).nonce) }
  const place = await world.placeOf(mallory, runId)
  for (let guess = 0; guess < GUESSES_MAX; guess++) {
    const nonce = world.random(32)
    const own = committed ?? (await world.sasCommitment.commitmentOf(place, world.runMember(mallory), nonce))
    if (begins(await world.sas.sasNumbers(place, [{ leafIndex: 0, commitment: own, nonce }, theirs]), wanted)) return nonce
  }
  throw new Error('no nonce fits')
}

attack('commitment made after the others told their nonces', async (world) => {
  const scene = await between(world)
  const { bob, asAlice } = scene
  const wanted = await honestRun(world, scene)
  await bob.start()
  const { run_id: runId } = last(world.heard(asAlice, 'sas_commit'))
  if (world.heard(asAlice, 'sas_reveal').length === 0) {
    await bob.member.room.pass(21_000)
    return { believed: false, noticed: bob.noticed }
  }
  const nonce = await grind(world, asAlice, wanted, null)
  await commits(world, asAlice, runId, nonce)
  await reveals(world, asAlice, runId, nonce)
  return { believed: begins(bob.emoji, wanted), noticed: bob.noticed }
})

attack('nonce chosen after the others told theirs', async (world) => {
  const scene = await between(world)
  const { bob, asAlice } = scene
  const wanted = await honestRun(world, scene)
  await bob.start()
  const { run_id: runId } = last(world.heard(asAlice, 'sas_commit'))
  const committed = await commits(world, asAlice, runId, world.random(32))
  const nonce = await grind(world, asAlice, wanted, committed)
  await reveals(world, asAlice, runId, nonce)
  return { believed: begins(bob.emoji, wanted), noticed: bob.noticed }
})

attack('commitments of another call passed on', async (world) => {
  const { alice, bob, asBob, asAlice } = await between(world)
  await alice.start()
  await world.sayAs(asAlice, last(world.heard(asBob, 'sas_commit')))
  await world.sayAs(asBob, last(world.heard(asAlice, 'sas_commit')))
  await world.sayAs(asAlice, last(world.heard(asBob, 'sas_reveal')))
  for (const reveal of world.heard(asAlice, 'sas_reveal')) await world.sayAs(asBob, reveal)
  const noticed = [...alice.noticed, ...bob.noticed]
  return { believed: alice.emoji.length === 7 && alice.emoji.join() === bob.emoji.join(), noticed }
})

/** Mallory's nonce is known to everybody, since she told it in a run before. */
async function again(world: World, meanwhile: (room: Room, mallory: Member) => Promise<void>): Promise<Outcome> {
  const { alice, asBob } = await between(world)
  const nonce = world.random(32)
  await alice.start()
  const { run_id: first } = last(world.heard(asBob, 'sas_commit'))
  const commitment = await commits(world, asBob, first, nonce)
  await reveals(world, asBob, first, nonce)
  if (alice.emoji.length !== 7) throw new Error('Alice sees no emoji')
  await meanwhile(asBob.room, asBob)
  await alice.start()
  const { run_id: second } = last(world.heard(asBob, 'sas_commit'))
  if (second === first) throw new Error('there is no second run')
  await world.sayAs(asBob, { type: 'sas_commit', run_id: second, commitment: world.text.b64u(commitment) })
  await reveals(world, asBob, second, nonce)
  return { believed: alice.emoji.length === 7 && alice.view?.runId === second, noticed: alice.noticed }
}

attack('commitment of an earlier run', (world) => again(world, () => Promise.resolve()))

attack('commitment of an earlier epoch', (world) =>
  again(world, async (room, mallory) => {
    const before = mallory.epoch.epoch
    await world.commitHonestly(mallory, [])
    await room.settle()
    if (mallory.epoch.epoch === before) throw new Error('the epoch is the same')
  }),
)

attack('different commitments to different people', async (world) => {
  const room = await world.Room.make()
  const [first, second, mallory] = (await world.gather(room, 'Alice', 'Bob', 'Mallory')) as [Member, Member, Member]
  const [alice, bob] = [new world.Comparer(first), new world.Comparer(second)]
  await alice.start()
  const { run_id: runId } = last(world.heard(mallory, 'sas_commit'))
  const nonce = world.random(32)
  const real = await world.sasCommitment.commitmentOf(await world.placeOf(mallory, runId), world.runMember(mallory), nonce)
  const commit = (commitment: Bytes, n: number): unknown => ({ v: 1, n, type: 'sas_commit', run_id: runId, commitment: world.text.b64u(commitment) })
  // Both stand in the log before anybody answers, as a server can arrange it.
  const [toAlice, toBob] = [await world.sealRaw(mallory, commit(real, 0)), await world.sealNext(mallory, commit(world.random(32), 0))]
  let shownTo: Member | null = null
  for (const member of [first, second]) world.deceive(member, () => shownTo === null || shownTo === member)
  const epoch = mallory.epoch.epoch
  for (const [member, message] of [
    [first, toAlice],
    [second, toBob],
  ] as const) {
    shownTo = member
    await room.append({
      kind: 'application',
      epoch,
      body: await world.envelope.sealEnvelope(room.keys.envelope, room.roomId, 'application', epoch, message),
    })
  }
  shownTo = null
  await room.settle()
  await world.sayNext(mallory, { v: 1, n: 1, type: 'sas_reveal', run_id: runId, nonce: world.text.b64u(nonce) })
  await room.settle()
  return { believed: alice.emoji.length === 7 && alice.emoji.join() === bob.emoji.join(), noticed: [...alice.noticed, ...bob.noticed] }
})

attack('fourth run', async (world) => {
  const { alice, asBob } = await between(world)
  for (let run = 0; run < 4; run++) {
    const runId = world.text.b64u(world.random(16))
    const nonce = world.random(32)
    await commits(world, asBob, runId, nonce)
    if (alice.view?.phase === 'revealing') await reveals(world, asBob, runId, nonce)
  }
  return { believed: world.heard(asBob, 'sas_reveal').length === 4, noticed: alice.noticed }
})
