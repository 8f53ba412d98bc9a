/** What sealing costs a sender and opening costs a receiver, per frame of the sizes that calls have. */
import { test } from 'vitest'
import { openFrame, sealFrame } from '../web/client/sframe/frame'
import { Keyring } from '../web/client/sframe/keyring'

const CONTEXT = 0
const LEAF = 0
const NOW_MS = 0

async function keyring(): Promise<Keyring> {
  const made = new Keyring()
  await made.addEpoch(1, new Uint8Array(32).fill(1), new Uint8Array(32).fill(2), NOW_MS)
  made.sendUnder(1, LEAF)
  return made
}

const sizes = [
  { name: 'opus, 80 bytes', codec: 'opus', bytes: 80 },
  { name: 'vp8, 1 200 bytes', codec: 'vp8', bytes: 1_200 },
  { name: 'vp8 key frame, 60 000 bytes', codec: 'vp8', bytes: 60_000 },
] as const

for (const { name, codec, bytes } of sizes) {
  test(name, async ({ bench }) => {
    const sender = await keyring()
    const receiver = await keyring()
    const plain = new Uint8Array(bytes)
    await bench.compare(
      bench('seal', async () => {
        await sealFrame(sender, CONTEXT, codec, plain)
      }),
      bench('seal and open', async () => {
        const sealed = await sealFrame(sender, CONTEXT, codec, plain)
        if (!('frame' in sealed)) throw new Error(sealed.refused)
        const opened = await openFrame(receiver, { leafIndex: LEAF, context: CONTEXT }, codec, sealed.frame, NOW_MS)
        if (!('frame' in opened)) throw new Error(opened.refused)
      }),
    )
  })
}
