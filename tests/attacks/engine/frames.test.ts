/** Frames, as a relay or a member would have them: unsealed, replayed, altered, moved to another tile, before their leg was verified. */
import { attack, type Outcome } from './attack'
import type { World } from './world'

const LEAF = 3
const CAMERA = 1
const NOW_MS = 1_000_000

/** A VP8 key frame that shows `text`: ten readable bytes, then the picture. */
const picture = (text: string): Uint8Array<ArrayBuffer> => {
  const body = new TextEncoder().encode(text)
  const frame = new Uint8Array(10 + body.length)
  frame.set([0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01])
  frame.set(body, 10)
  return frame
}

const textOf = (data: ArrayBuffer | Uint8Array): string => new TextDecoder('latin1').decode(data)

interface Passed {
  readonly shown: readonly string[]
  readonly refused: readonly string[]
}

type FrameData = ArrayBuffer | Uint8Array<ArrayBuffer>

/** Frames through the product's own transform, at a leg that is verified unless `isOpen` says otherwise. */
async function passed(
  world: World,
  direction: 'send' | 'receive',
  keyring: InstanceType<World['keyring']['Keyring']>,
  frames: readonly FrameData[],
  more: {
    readonly isOpen?: (legId: string) => boolean
    readonly mimeType?: string
    readonly leafIndex?: number
    readonly context?: number
    readonly now_ms?: number
  } = {},
): Promise<Passed> {
  const refused: string[] = []
  const shown: string[] = []
  const { readable, writable } = new TransformStream()
  const out = new WritableStream<{ data: ArrayBuffer }>({ write: (frame) => void shown.push(textOf(frame.data)) })
  const done = new Promise<void>((resolve) => {
    const transformer = {
      readable,
      writable: new WritableStream<{ data: ArrayBuffer }>({
        async write(frame) {
          const writer = out.getWriter()
          await writer.write(frame)
          writer.releaseLock()
        },
        close: () => resolve(),
      }),
      options: {},
      sendKeyFrameRequest: () => Promise.resolve(),
    } as unknown as RTCRtpScriptTransformer
    const { leafIndex = LEAF, context = CAMERA, now_ms = NOW_MS } = more
    const options = { direction, legId: 'leg', context, codec: 'vp8' as const, ...(direction === 'receive' ? { leafIndex } : {}) }
    const watch = {
      sent: () => undefined,
      opened: () => undefined,
      refused: (_direction: string, reason: string) => void refused.push(reason),
    }
    world.transform.runTransform(
      transformer,
      options as Parameters<World['transform']['runTransform']>[1],
      keyring,
      { isOpen: more.isOpen ?? (() => true) },
      watch,
      () => now_ms,
    )
  })
  const writer = writable.getWriter()
  for (const data of frames) {
    const copy = data instanceof Uint8Array ? data.slice().buffer : data.slice(0)
    await writer.write({ data: copy, getMetadata: () => ({ mimeType: more.mimeType ?? 'video/VP8' }) })
  }
  await writer.close()
  await done
  return { shown, refused }
}

interface Streams {
  readonly sender: InstanceType<World['keyring']['Keyring']>
  readonly receiver: InstanceType<World['keyring']['Keyring']>
  readonly secret: Uint8Array<ArrayBuffer>
  readonly psk: Uint8Array<ArrayBuffer>
}

async function streams(world: World): Promise<Streams> {
  const [secret, psk] = [world.random(32), world.random(32)]
  const [sender, receiver] = [new world.keyring.Keyring(), new world.keyring.Keyring()]
  for (const keyring of [sender, receiver]) await keyring.addEpoch(1, secret.slice(), psk, NOW_MS)
  sender.sendUnder(1, LEAF)
  return { sender, receiver, secret, psk }
}

async function sealed(world: World, keyring: Streams['sender'], text: string, context = CAMERA): Promise<Uint8Array<ArrayBuffer>> {
  const made = await world.frame.sealFrame(keyring, context, 'vp8', picture(text))
  if ('refused' in made) throw new Error(made.refused)
  return made.frame
}

const outcome = ({ shown, refused }: Passed, wanted: string): Outcome => ({ believed: shown.some((text) => text.includes(wanted)), noticed: refused })

attack('plaintext frame to a receiver', async (world) => {
  const { receiver } = await streams(world)
  return outcome(await passed(world, 'receive', receiver, [picture('a picture of my making')]), 'a picture of my making')
})

attack('frame sent without a key', async (world) =>
  outcome(await passed(world, 'send', new world.keyring.Keyring(), [picture('my living room')]), 'my living room'),
)

attack('frame of a codec that was not agreed', async (world) => {
  const { sender } = await streams(world)
  const frame = picture('HEADERS-OF-ANOTHER-CODEC')
  frame[0] = 0x01
  return outcome(await passed(world, 'send', sender, [frame], { mimeType: 'video/H264' }), String.fromCharCode(0x01))
})

const early = { 'frame before its leg is verified (send)': 'send', 'frame before its leg is verified (receive)': 'receive' } as const
for (const [name, direction] of Object.entries(early))
  attack(name, async (world) => {
    const { sender, receiver } = await streams(world)
    const frame = await sealed(world, sender, 'too early')
    const legs = new world.legs.Legs()
    const isOpen = (legId: string): boolean => legs.isOpen(legId)
    const done = await passed(world, direction, direction === 'send' ? sender : receiver, [direction === 'send' ? picture('too early') : frame], {
      isOpen,
    })
    return { believed: done.shown.length > 0, noticed: done.refused }
  })

attack('replayed frame', async (world) => {
  const { sender, receiver } = await streams(world)
  const frame = await sealed(world, sender, 'he nods')
  const { shown, refused } = await passed(world, 'receive', receiver, [frame, frame])
  return { believed: shown.length === 2, noticed: refused }
})

attack('forged counter that moves the window', async (world) => {
  const { sender, receiver } = await streams(world)
  const [kid] = [world.kid.makeKid(CAMERA, LEAF, 1)]
  const forged = world.bytes.concat(picture('').subarray(0, 10), world.header.emitHeader(BigInt(kid), 2n ** 60n), world.random(40))
  const { shown, refused } = await passed(world, 'receive', receiver, [forged, await sealed(world, sender, 'the real one')])
  return { believed: !shown.some((text) => text.includes('the real one')), noticed: refused }
})

attack('altered frame', async (world) => {
  const { sender, receiver } = await streams(world)
  const frame = await sealed(world, sender, 'yes')
  const at = frame.length - 16 - 3
  for (const [i, byte] of [...'yes'].entries()) frame[at + i] = (frame[at + i] ?? 0) ^ byte.charCodeAt(0) ^ 'no!'.charCodeAt(i)
  return outcome(await passed(world, 'receive', receiver, [frame]), 'no!')
})

attack('altered clear bytes', async (world) => {
  const { sender, receiver } = await streams(world)
  const frame = await sealed(world, sender, 'small')
  frame[6] = 0xff
  return outcome(await passed(world, 'receive', receiver, [frame]), `${String.fromCharCode(0xff)}\u0002`)
})

attack('truncated frame', async (world) => {
  const { sender, receiver } = await streams(world)
  const frame = await sealed(world, sender, 'do not press the button')
  return outcome(await passed(world, 'receive', receiver, [frame.slice(0, -8)]), 'do not press')
})

attack("frame on another person's tile", async (world) => {
  const { sender, receiver } = await streams(world)
  return outcome(await passed(world, 'receive', receiver, [await sealed(world, sender, 'Mallory waves')], { leafIndex: LEAF + 1 }), 'Mallory waves')
})

attack('camera on the tile of a screen', async (world) => {
  const { sender, receiver } = await streams(world)
  return outcome(await passed(world, 'receive', receiver, [await sealed(world, sender, 'a face')], { context: 2 }), 'a face')
})

attack('swapped KID', async (world) => {
  const { sender, receiver } = await streams(world)
  const frame = await sealed(world, sender, 'Mallory waves')
  const header = world.header.parseHeader(frame, 10)
  if (!header) throw new Error('no header')
  const kid = world.kid.makeKid(CAMERA, LEAF + 1, 1)
  const moved = world.bytes.concat(frame.subarray(0, 10), world.header.emitHeader(BigInt(kid), header.ctr), frame.subarray(10 + header.length))
  return outcome(await passed(world, 'receive', receiver, [moved], { leafIndex: LEAF + 1 }), 'Mallory waves')
})

attack('frame of an epoch that is over', async (world) => {
  const { sender, receiver, psk } = await streams(world)
  const frame = await sealed(world, sender, 'long ago')
  await receiver.addEpoch(2, world.random(32), psk, NOW_MS)
  return outcome(await passed(world, 'receive', receiver, [frame], { now_ms: NOW_MS + 5_000 }), 'long ago')
})

attack('frame of somebody who was removed', async (world) => {
  const { sender, receiver, psk } = await streams(world)
  await receiver.addEpoch(2, world.random(32), psk, NOW_MS, [LEAF])
  return outcome(await passed(world, 'receive', receiver, [await sealed(world, sender, 'still here')], { now_ms: NOW_MS + 100 }), 'still here')
})

attack('frame of another group', async (world) => {
  const { receiver } = await streams(world)
  const other = await streams(world)
  return outcome(await passed(world, 'receive', receiver, [await sealed(world, other.sender, 'from elsewhere')]), 'from elsewhere')
})

attack('media keys without S', async (world) => {
  const { sender, secret } = await streams(world)
  const eavesdropper = new world.keyring.Keyring()
  await eavesdropper.addEpoch(1, secret, world.random(32), NOW_MS)
  return outcome(await passed(world, 'receive', eavesdropper, [await sealed(world, sender, 'between us')]), 'between us')
})

attack('empty frame', async (world) => {
  const { receiver } = await streams(world)
  const { shown, refused } = await passed(world, 'receive', receiver, [new Uint8Array(0)])
  return { believed: shown.length > 0, noticed: refused }
})

attack('oversized frame', async (world) => {
  const { sender, receiver } = await streams(world)
  const send = await sender.nextSendKey(0)
  if (!send) throw new Error('no key')
  const { FRAME_BYTES_MAX } = world.frame
  const wire = await world.cipher.seal(send.keys, send.kid, send.ctr, new Uint8Array([1]), new Uint8Array(FRAME_BYTES_MAX))
  const opened = await world.frame.openFrame(receiver, { leafIndex: LEAF, context: 0 }, 'opus', wire, NOW_MS)
  return { believed: 'frame' in opened, noticed: 'refused' in opened ? [opened.refused] : [] }
})
