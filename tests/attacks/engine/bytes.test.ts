/** Every parser of bytes that somebody else made: cut anywhere, changed anywhere, made up. It gives null (or drops the frame) and never throws. */
import { beforeAll, describe, expect, it } from 'vitest'
import { product } from './attack'
import type { Member, Room, World } from './world'

type Bytes = Uint8Array<ArrayBuffer>

let world: World
beforeAll(async () => {
  world = await product()
})

/** Chance with a seed (mulberry32): the same faults on every run. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Cut at places all over it, one byte changed at places all over it, longer, and made up. */
function* faults(good: Bytes, count: number): Generator<Bytes> {
  const next = chance(good.length)
  const at = (): number => Math.floor(next() * good.length)
  yield new Uint8Array(0)
  yield world.bytes.concat(good, new Uint8Array(1))
  yield world.bytes.concat(good, good)
  for (let i = 0; i < count; i++) {
    yield good.slice(0, at())
    const changed = good.slice()
    const place = i < 64 ? i % good.length : at()
    changed[place] = (changed[place] ?? 0) ^ (1 << Math.floor(next() * 8))
    yield changed
    const huge = good.slice()
    huge.fill(0xff, place, place + 4)
    yield huge
  }
  for (let i = 0; i < 20; i++) yield Uint8Array.from({ length: at() }, () => Math.floor(next() * 256))
}

async function people(): Promise<{ room: Room; bob: Member; mallory: Member }> {
  const room = await world.Room.make()
  const [bob, mallory] = (await world.gather(room, 'Bob', 'Mallory')) as [Member, Member]
  return { room, bob, mallory }
}

describe('bytes that are not what they should be', () => {
  it('as a credential verify for nobody', async () => {
    const { room, bob } = await people()
    const groupId = world.groupOf(bob)
    const { credential, keyPackage } = await world.newcomer(room, await world.generateDevice(), { groupId })
    const leafSignatureKey = world.bytes.own(keyPackage.publicPackage.leafNode.signaturePublicKey)
    const verify = (bytes: Bytes): Promise<unknown> =>
      world.credential.verifyCredential(bytes, { roomId: room.roomId, groupId, leafSignatureKey }, room.keys.admit)
    expect(await verify(credential)).not.toBeNull()
    for (const fault of faults(credential, 100)) expect(await verify(fault)).toBeNull()
  })

  it('as a sealed policy are no policy', async () => {
    const { room } = await people()
    for (const fault of faults(world.random(300), 50))
      await expect(world.policy.verifyPolicy(fault, room.roomId, world.random(32))).rejects.toMatchObject({ code: 'integrity.policy' })
  })

  it('as an envelope open for nobody', async () => {
    const { room } = await people()
    const sealed = await world.envelope.sealEnvelope(room.keys.envelope, room.roomId, 'join', 0, world.random(200))
    for (const fault of faults(sealed, 100)) expect(await world.envelope.openEnvelope(room.keys.envelope, room.roomId, 'join', 0, fault)).toBeNull()
  })

  it('as a genesis, a join, a commit, a Welcome, a message or a refusal change nothing in a group, whoever sealed them', async () => {
    const { room, bob, mallory } = await people()
    const ghost = await world.newcomer(room, await world.generateDevice(), { groupId: world.random(32) })
    const { commit, welcome } = await world.commitOf(mallory, [world.addOf(ghost)])
    const genesis = world.bodies.emitGenesis({
      groupId: world.random(32),
      policyHash: room.policy.hash,
      credential: ghost.credential,
      admission: new Uint8Array(0),
    })
    const message = await world.sealRaw(mallory, { v: 1, n: 0, type: 'bye' })
    const note = await world.refusalOf(mallory, world.random(32))
    const bodies = {
      genesis,
      join: world.joinBody(ghost),
      commit,
      welcome: world.welcomeBody(ghost, welcome ?? commit),
      application: message,
      refusal: note,
    }
    const before = bob.epoch
    const { epoch } = before
    for (const [kind, body] of Object.entries(bodies))
      for (const fault of faults(body, 60))
        await world.plant(room, kind as keyof typeof bodies, kind === 'commit' || kind === 'application' ? epoch : 0, fault)
    expect(bob.epoch).toBe(before)
    expect(world.isIn(bob)).toBe(true)
    expect(bob.all('payload')).toEqual([])
    const dora = await room.join('Dora')
    await room.pass(3_000)
    expect(room.agree(bob, mallory, dora)).toBe(true)
  })

  it('as an entry of another kind, epoch or number change nothing either', async () => {
    const { room, bob } = await people()
    await bob.say('Mine.')
    await room.settle()
    const real = [...room.log]
    const before = bob.epoch
    for (const entry of real)
      for (const kind of [
        'genesis',
        'join',
        'commit',
        'welcome',
        'application',
        'refusal',
        'policy',
        'heartbeat',
        'unknown',
        '__proto__',
        'constructor',
      ])
        for (const epoch of [0, 1, 2, Number.MAX_SAFE_INTEGER])
          if (kind !== entry.kind || epoch !== entry.epoch) await room.append({ kind, epoch, body: entry.body })
    for (const seq of [0, -1, 1, Number.MAX_SAFE_INTEGER]) await bob.engine.handleEntry({ ...real[0]!, seq }, room.now_ms)
    expect(bob.epoch).toBe(before)
  })

  it('as a heartbeat are no sign of life and no alarm', async () => {
    const { room, bob, mallory } = await people()
    const values: unknown[] = [null, 7, [], {}, { v: 2 }, { v: 1 }]
    const good = world.heartbeat.beatJson({
      groupId: world.text.b64u(world.groupOf(bob)),
      epoch: 1,
      transcript: '',
      leaf: 1,
      beat: 1e6,
      count: { sent: 0, digest: new Uint8Array(32) },
      previous: null,
      ctrs: new Map(),
    })
    for (const name of Object.keys(good))
      for (const value of [null, -1, 1.5, 2 ** 53, 'x', [], {}, { v: 1 }, 'A'.repeat(4_000)]) values.push({ ...good, [name]: value })
    values.push(
      { ...good, ctrs: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [i, 1])) },
      { ...good, ctrs: { x: 1 } },
      { ...good, ctrs: { '-1': 1 } },
    )
    for (const value of values) await bob.engine.handleRelay(await world.sealBeat(room, mallory.device, value), room.now_ms)
    for (const fault of faults(await world.sealBeat(room, mallory.device, good), 60)) await bob.engine.handleRelay(fault, room.now_ms)
    expect(bob.alarms.filter((code) => code !== 'integrity.fork')).toEqual([])
  })

  it('as a frame are dropped for a reason', async () => {
    const keyring = new world.keyring.Keyring()
    await keyring.addEpoch(1, world.random(32), world.random(32), 0)
    keyring.sendUnder(1, 3)
    for (const codec of ['opus', 'vp8'] as const) {
      const sealed = await world.frame.sealFrame(keyring, 1, codec, world.random(200))
      if ('refused' in sealed) throw new Error(sealed.refused)
      for (const fault of faults(sealed.frame, 200)) {
        const opened = await world.frame.openFrame(keyring, { leafIndex: 3, context: 1 }, codec, fault, 1)
        expect(opened).toHaveProperty('refused')
      }
    }
  })

  it("as a channel message are nobody's words", async () => {
    const { room, bob, mallory } = await people()
    const message = await world.sealRaw(mallory, { v: 1, n: 0, type: 'chat', message_id: 'A'.repeat(22), text: 'x', sent_at_ms: 0 })
    for (const fault of [...faults(message, 60), new Uint8Array(70_000)]) await bob.engine.handleChannelMessage(fault, room.now_ms)
    expect(bob.said).toEqual([])
    await bob.engine.handleChannelMessage(message, room.now_ms)
    await bob.engine.handleChannelMessage(message, room.now_ms)
    expect(bob.said).toEqual(['x'])
  })
})
