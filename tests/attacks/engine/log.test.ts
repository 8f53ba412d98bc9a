/** A hostile server and the log: what it edits, repeats, reorders, withholds, and shows to some only. */
import type { LogEntry } from '../../../web/client/group/engine'
import { attack } from './attack'
import type { Member, Room, World } from './world'

async function two(world: World): Promise<{ room: Room; alice: Member; bob: Member }> {
  const room = await world.Room.make()
  const [alice, bob] = (await world.gather(room, 'Alice', 'Bob')) as [Member, Member]
  return { room, alice, bob }
}

const isBy = (member: Member, entry: LogEntry): boolean => member.all('append').some((output) => output.body === entry.body)

/** The byte of an application entry in which the text of a first chat message begins: everything before it has a length that everybody knows. */
const TEXT_AT =
  13 + // the envelope's head
  (2 + 2 + 33 + 8 + 1 + 1) + // MLSMessage, group, epoch, content type, no authenticated data
  (1 + 28) + // sealed sender data
  2 + // length of the ciphertext
  (2 + 4) + // lengths of application data and of the JSON
  `{"v":1,"n":0,"type":"chat","message_id":"${'x'.repeat(22)}","text":"`.length

attack('edited entry', async (world) => {
  const { room, alice, bob } = await two(world)
  bob.seesEntry = (entry) => {
    if (entry.kind !== 'application') return [entry]
    const body = entry.body.slice()
    body[TEXT_AT] = (body[TEXT_AT] ?? 0) ^ 'n'.charCodeAt(0) ^ 's'.charCodeAt(0)
    return [{ ...entry, body }]
  }
  await alice.say('now')
  await room.settle()
  return { believed: bob.said.includes('sow'), noticed: bob.alarms }
})

attack('replayed entry', async (world) => {
  const { room, alice, bob } = await two(world)
  await alice.say('one more, please')
  await room.settle()
  const old = room.log.at(-1)
  if (!old) throw new Error('nothing was said')
  await room.append(old)
  return { believed: bob.said.length > 1, noticed: bob.alarms }
})

attack('replayed genesis', async (world) => {
  const room = await world.Room.make()
  const alice = await room.join('Alice')
  const founded = room.log[0]
  if (!founded) throw new Error('nothing was founded')
  const old = world.groupOf(alice)
  await room.disconnect(alice)
  const bob = await room.join('Bob')
  const real = world.groupOf(bob)
  await room.append(founded)
  const carol = await room.member('Carol')
  await room.connect(carol)
  const asked = await Promise.all(carol.all('append').map(async ({ body }) => world.openEntry(room, { seq: 0, kind: 'join', epoch: 0, body })))
  const askedFor = (group: Uint8Array): boolean => asked.some((join) => world.contains(join, group))
  return { believed: askedFor(old) && !askedFor(real), noticed: carol.alarms }
})

attack('reordered entries', async (world) => {
  const { room, alice, bob } = await two(world)
  const held: LogEntry[] = []
  bob.seesEntry = (entry) => {
    held.push(entry)
    if (held.length < 2) return []
    const [first, second] = held.splice(0, 2)
    return first && second ? [second, first].map((one, at) => ({ ...one, seq: first.seq + at })) : []
  }
  await alice.say('Do not')
  await alice.say('come.')
  await room.settle()
  return { believed: bob.said.join(' ') === 'come. Do not', noticed: bob.alarms }
})

attack('withheld entry', async (world) => {
  const { room, alice, bob } = await two(world)
  world.deceive(bob, (entry) => entry.kind !== 'application')
  await alice.say('They are listening.')
  await room.settle()
  await room.pass(12_000)
  return { believed: bob.said.length === 0 && !bob.alarms.includes('integrity.withheld'), noticed: bob.alarms }
})

/** Frames that go from person to person: no server is on their way. */
async function passWithFrames(room: Room, ms: number, everySecond: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  for (let gone = 0; gone < ms; gone += 1_000) {
    for (const member of room.members)
      for (const leaf of member.epoch.roster.keys()) if (leaf !== member.epoch.ownLeaf) member.engine.hear(leaf, room.now_ms)
    await room.pass(1_000)
    await everySecond()
  }
}

attack('withheld entries and heartbeats', async (world) => {
  const { room, alice, bob } = await two(world)
  world.deceive(bob, (entry) => entry.kind !== 'application')
  bob.seesRelay = () => []
  await alice.say('They are listening.')
  await passWithFrames(room, 30_000)
  return { believed: bob.said.length === 0 && world.isIn(bob) && !bob.alarms.includes('integrity.withheld'), noticed: bob.alarms }
})

attack('withholding behind a socket that comes and goes', async (world) => {
  const { room, alice, bob } = await two(world)
  world.deceive(bob, (entry) => entry.kind !== 'application')
  await alice.say('They are listening.')
  await passWithFrames(room, 40_000, async () => {
    await bob.engine.handleDisconnected()
    await bob.engine.handleJoined({ head: bob.engine.have ?? 0, logStart: 1, othersHere: true }, room.now_ms)
  })
  return { believed: bob.said.length === 0 && world.isIn(bob) && !bob.alarms.includes('integrity.withheld'), noticed: bob.alarms }
})

attack('removal that is hidden behind a socket that comes and goes', async (world) => {
  const room = await world.Room.make()
  const [alice, bob, mallory] = (await world.gather(room, 'Alice', 'Bob', 'Mallory')) as [Member, Member, Member]
  world.deceive(bob, (entry) => entry.kind !== 'commit')
  await world.commitHonestly(alice, [mallory.epoch.ownLeaf])
  for (let i = 0; i < 15 && world.isIn(bob); i++) {
    await room.pass(3_000)
    await bob.engine.handleDisconnected()
    await bob.engine.handleJoined({ head: bob.engine.have ?? 0, logStart: 1, othersHere: true }, room.now_ms)
    await room.settle()
  }
  const stopped = bob.all('stopped').map(({ code }) => code)
  return { believed: world.isIn(bob) && world.shows(bob, mallory.device.publicKey), noticed: stopped }
})

attack('forked log', async (world) => {
  const { room, alice, bob } = await two(world)
  const carol = await room.member('Carol')
  const dave = await room.member('Dave')
  const left = [alice, carol]
  const right = [bob, dave]
  const common = [...room.log]
  await world.lure(carol, common)
  await world.lure(dave, common)
  for (const member of left) world.deceive(member, (entry) => !right.some((other) => isBy(other, entry)))
  for (const member of right) world.deceive(member, (entry) => !left.some((other) => isBy(other, entry)))
  await room.settle()
  await room.pass(9_000)
  const namesOf = (member: Member): string => [...member.epoch.roster.values()].map(({ credential }) => credential.displayName).join()
  const isSplit = namesOf(alice) === 'Alice,Bob,Carol' && namesOf(bob) === 'Alice,Bob,Dave' && alice.epoch.epoch === bob.epoch.epoch
  if (!isSplit) throw new Error(`the room is not split: ${namesOf(alice)} and ${namesOf(bob)}`)
  const noticed = alice.alarms.filter((code) => bob.alarms.includes(code))
  return { believed: !noticed.includes('integrity.fork'), noticed }
})

attack('joiner under two logs', async (world) => {
  const { room, alice, bob } = await two(world)
  const carol = await room.member('Carol')
  await world.lure(carol, [...room.log])
  world.deceive(alice, (entry) => !isBy(bob, entry))
  world.deceive(bob, (entry) => !isBy(alice, entry))
  world.deceive(carol, (entry) => !isBy(bob, entry))
  await room.settle()
  await room.pass(9_000)
  const codes = new Set([alice, bob].map((member) => `${member.epoch.epoch} ${member.epoch.roster.size}`))
  if (codes.size !== 1 || bob.epoch.roster.size !== 3) throw new Error('the two do not see the joiner in two groups')
  const noticed = alice.alarms.filter((code) => bob.alarms.includes(code))
  return { believed: !noticed.includes('integrity.fork'), noticed }
})

attack('different messages to different people', async (world) => {
  const room = await world.Room.make()
  const [, bob, mallory] = (await world.gather(room, 'Alice', 'Bob', 'Mallory')) as [Member, Member, Member]
  const state = world.stateOf(mallory)
  const epoch = world.mls.epochOf(state)
  const chat = (text: string): unknown => ({ v: 1, n: 0, type: 'chat', message_id: world.text.b64u(world.random(16)), text, sent_at_ms: 0 })
  const [yes, no] = await Promise.all([chat('Yes.'), chat('No.')].map((payload) => world.sealRaw(mallory, payload)))
  if (!yes || !no) throw new Error('nothing was sealed')
  let shown = 0
  for (const member of room.members) world.deceive(member, (entry) => entry.kind !== 'application' || shown === (member === bob ? 1 : 0))
  await world.plant(room, 'application', epoch, yes)
  shown = 1
  await world.plant(room, 'application', epoch, no)
  const count = await world.messageCount.countOne(world.messageCount.NO_MESSAGES, yes)
  await bob.engine.handleRelay(await world.forgedBeat(room, mallory.device, mallory, { count }), room.now_ms)
  return { believed: bob.said.includes('No.') && !bob.alarms.includes('integrity.fork'), noticed: bob.alarms }
})

attack('two creators at once', async (world) => {
  const room = await world.Room.make()
  const alice = await room.member('Alice')
  const bob = await room.member('Bob')
  for (const member of [alice, bob]) {
    member.connected = true
    member.seesRelay = () => []
    await member.engine.handleJoined({ head: 0, logStart: 1, othersHere: member === bob }, room.now_ms)
  }
  await room.settle()
  await room.pass(1_000)
  const [here, there] = [alice, bob].map((member) => world.text.b64u(world.groupOf(member)))
  return { believed: here !== there, noticed: room.agree(alice, bob) ? ['one group'] : [] }
})
