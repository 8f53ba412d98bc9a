/** What the size of an entry tells. */
import { attack } from './attack'

attack('length of what is said', async (world) => {
  const room = await world.Room.make()
  const [alice] = await world.gather(room, 'Alice', 'Bob')
  if (!alice) throw new Error('nobody')
  const sizes = new Set<number>()
  for (const answer of ['Yes.', 'No.', 'Never, and you know why.']) {
    await alice.say(answer)
    await room.settle()
    sizes.add(room.log.at(-1)?.body.length ?? 0)
  }
  return { believed: sizes.size > 1, noticed: sizes.size === 1 ? ['one size'] : [] }
})

attack('kind of what is said', async (world) => {
  const room = await world.Room.make()
  const [alice] = await world.gather(room, 'Alice', 'Bob')
  if (!alice) throw new Error('nobody')
  const media = { microphone: true, camera: false, screen: false }
  const payloads = [{ type: 'media_state', media }, { type: 'direct_consent', accept: false }, { type: 'bye' }] as const
  const sizes = new Set<number>()
  for (const payload of payloads) {
    await alice.engine.send(payload, 'log')
    await room.settle()
    sizes.add(room.log.findLast((entry) => entry.kind === 'application')?.body.length ?? 0)
  }
  return { believed: sizes.size > 1, noticed: sizes.size === 1 ? ['one size'] : [] }
})
