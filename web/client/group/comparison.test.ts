/** Comparing emoji in a group: everybody sees the same seven, says whether they match, and what goes wrong is named (spec/10-verification.md). */
import { describe, expect, it } from 'vitest'
import { Comparer, heard, sayAs } from '../../../tests/attacks/engine/comparer'
import { Room, type Member } from '../../../tests/attacks/engine/fake_room'

async function gathered(...names: string[]): Promise<{ readonly room: Room; readonly members: Member[] }> {
  const room = await Room.make(12)
  const members: Member[] = []
  for (const name of names) {
    members.push(await room.join(name))
    await room.pass(500)
  }
  expect(room.agree(...members)).toBe(true)
  return { room, members }
}

async function comparing(...names: string[]): Promise<{ readonly room: Room; readonly people: Comparer[] }> {
  const { room, members } = await gathered(...names)
  return { room, people: members.map((member) => new Comparer(member)) }
}

describe('a comparison', () => {
  it('shows everybody the same seven emoji, and who said that they match', async () => {
    const { people } = await comparing('Alice', 'Bob', 'Carol', 'Dora', 'Ewa', 'Faris')
    await people[2]?.start()
    expect(people[0]?.emoji).toHaveLength(7)
    expect(new Set(people.map(({ emoji }) => emoji.join())).size).toBe(1)
    expect(people.map(({ view }) => view?.startedBy)).toEqual(people.map(() => people[2]?.member.epoch.ownLeaf))
    for (const person of people.slice(0, 5)) expect(await person.say(true)).toBe(true)
    expect(people[5]?.named('match')).toEqual(['Alice', 'Bob', 'Carol', 'Dora', 'Ewa'])
    expect(people[5]?.named('waited-for')).toEqual(['Faris'])
    expect([...(people[0]?.compared ?? [])]).toEqual(['Bob', 'Carol', 'Dora', 'Ewa', 'Faris'])
    expect(people[5]?.compared.size).toBe(0)
    expect(people.flatMap(({ noticed }) => noticed)).toEqual([])
  })

  it('shows other emoji each time', async () => {
    const { people } = await comparing('Alice', 'Bob')
    const [alice, bob] = people as [Comparer, Comparer]
    await alice.start()
    const first = alice.emoji
    await bob.start()
    expect(alice.emoji).toEqual(bob.emoji)
    expect(alice.emoji).not.toEqual(first)
  })

  it('that two start at once is the one that came first into the log', async () => {
    const { room, people } = await comparing('Alice', 'Bob', 'Carol')
    await Promise.all([people[1]?.comparison.start(), people[0]?.comparison.start()])
    await room.settle()
    expect(new Set(people.map(({ view }) => view?.runId)).size).toBe(1)
    expect(new Set(people.map(({ emoji }) => emoji.join())).size).toBe(1)
    expect(people[0]?.emoji).toHaveLength(7)
    expect(people.map(({ tries }) => tries.length)).toEqual([1, 1, 1])
  })

  it('is begun again by whoever took part', async () => {
    const { people } = await comparing('Alice', 'Bob')
    const [alice, bob] = people as [Comparer, Comparer]
    await alice.start()
    const first = alice.view?.runId
    await bob.start()
    expect(alice.view?.runId).not.toBe(first)
    expect(await alice.comparison.say(first ?? '', true)).toBe(false)
    expect(alice.compared.size).toBe(0)
  })

  it('alone begins nothing', async () => {
    const { people } = await comparing('Alice')
    await people[0]?.start()
    expect(people[0]?.view).toBeNull()
  })
})

describe('a comparison that somebody finds to differ', () => {
  it('can be confirmed by nobody, takes back what was confirmed, and names them', async () => {
    const { people } = await comparing('Alice', 'Bob', 'Carol')
    const [alice, bob, carol] = people as [Comparer, Comparer, Comparer]
    await alice.start()
    await alice.say(true)
    expect(alice.compared.size).toBe(2)
    await carol.say(false)
    expect(alice.compared.size).toBe(0)
    expect(await bob.say(true)).toBe(false)
    expect(bob.compared.size).toBe(0)
    for (const person of people) expect(person.named('differ')).toEqual(['Carol'])
  })

  it('leaves alone what was compared before', async () => {
    const { people } = await comparing('Alice', 'Bob')
    const [alice, bob] = people as [Comparer, Comparer]
    await alice.start()
    await alice.say(true)
    await alice.start()
    await bob.say(false)
    expect([...alice.compared]).toEqual(['Bob'])
  })
})

describe('a comparison is void', () => {
  it('when somebody joins, and then what was seen can not be confirmed', async () => {
    const { room, people } = await comparing('Alice', 'Bob')
    const [alice, bob] = people as [Comparer, Comparer]
    await alice.start()
    const { runId } = alice.view ?? { runId: '' }
    await bob.say(true)
    await room.join('Carol')
    expect(alice.view).toMatchObject({ phase: 'void', ending: 'keys-changed' })
    expect(await alice.comparison.say(runId, true)).toBe(false)
    expect(alice.compared.size).toBe(0)
    expect([...bob.compared]).toEqual(['Alice'])
    expect(bob.view).toBeNull()
  })

  it('after twenty seconds, and names who did not commit', async () => {
    const { room, members } = await gathered('Alice', 'Bob', 'Carol')
    const alice = new Comparer(members[0] as Member)
    await alice.start()
    expect(alice.view?.phase).toBe('committing')
    expect(alice.named('waited-for')).toEqual(['Bob', 'Carol'])
    await room.pass(19_000)
    expect(alice.view?.phase).toBe('committing')
    await room.pass(2_000)
    expect(alice.view).toMatchObject({ phase: 'void', ending: 'too-slow' })
    expect(alice.named('blamed')).toEqual(['Bob', 'Carol'])
  })

  it('after twenty seconds, and names who did not reveal', async () => {
    const { room, members } = await gathered('Alice', 'Bob')
    const [first, bob] = members as [Member, Member]
    const alice = new Comparer(first)
    await alice.start()
    const run_id = heard(bob, 'sas_commit').at(-1)?.run_id ?? ''
    await sayAs(bob, { type: 'sas_commit', run_id, commitment: 'A'.repeat(43) })
    expect(alice.view?.phase).toBe('revealing')
    await room.pass(21_000)
    expect(alice.view).toMatchObject({ phase: 'void', ending: 'too-slow' })
    expect(alice.named('blamed')).toEqual(['Bob'])
  })

  it.each([
    ['reveals before all have committed', [{ type: 'sas_reveal', nonce: 'A'.repeat(43) }]],
    ['commits twice', ['A', 'E'].map((letter) => ({ type: 'sas_commit' as const, commitment: `${'A'.repeat(42)}${letter}` }))],
  ] as const)('when somebody %s, and names them', async (_what, payloads) => {
    const { members } = await gathered('Alice', 'Bob', 'Carol')
    const alice = new Comparer(members[0] as Member)
    const mallory = members[2] as Member
    await alice.start()
    const run_id = heard(mallory, 'sas_commit').at(-1)?.run_id ?? ''
    for (const payload of payloads) await sayAs(mallory, { ...payload, run_id })
    expect(alice.noticed).toEqual(['integrity.comparison', 'rules-broken'])
    expect(alice.named('blamed')).toEqual(['Carol'])
  })

  it('when a device has taken part three times in ten minutes, until they are over', async () => {
    const { room, people } = await comparing('Alice', 'Bob')
    const [alice, bob] = people as [Comparer, Comparer]
    alice.tries = [room.now_ms - 500_000, room.now_ms - 300_000, room.now_ms - 100_000]
    await bob.start()
    expect(bob.view).toMatchObject({ phase: 'void', ending: 'paused' })
    expect(bob.named('blamed')).toEqual(['Alice'])
    await alice.start()
    expect(alice.view).toMatchObject({ phase: 'void', ending: 'paused' })
    await room.pass(101_000)
    await alice.start()
    expect(bob.emoji).toHaveLength(7)
  })
})
