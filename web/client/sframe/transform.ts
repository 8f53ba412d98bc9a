/**
 * The encoded transform of one sender or receiver. It passes frames only while its leg is verified (`gate`), and only sealed (out) or authenticated (in).
 * Whatever goes wrong with a frame, that frame is dropped and the next one has its chance.
 *
 * WebCrypto answers asynchronously, and a TransformStream awaits each frame before the next: order is kept, and a slow frame holds back its own stream only.
 */
import type { TransformOptions } from '../worker/rpc'
import { isKeyFrame } from './clear_bytes'
import { isCodec } from './codec_match'
import { isMissed, openFrame, sealFrame, type Opened, type Refusal } from './frame'
import { keyFrameWish } from './key_frame_wish'
import type { Keyring } from './keyring'
import { slotReceiver } from './slot_receiver'
import { NO_SLOTS, type SlotTable } from './slots'
import { renderable } from './unsealed_gate'

export interface LegGate {
  isOpen(legId: string): boolean
}

export interface FrameWatch {
  sent(context: number): void
  opened(leafIndex: number, context: number): void
  refused(direction: 'send' | 'receive', reason: Refusal | 'gate' | 'no-key-frame', context: number): void
}

export type EncodedFrame = RTCEncodedVideoFrame | RTCEncodedAudioFrame
/** What goes on in place of the frame's data; null drops the frame. */
export type Pass = (frame: EncodedFrame) => Promise<ArrayBuffer | null>

/** Runs until the stream ends. `now_ms` is the worker's clock. */
export function runTransform(
  transformer: RTCRtpScriptTransformer,
  options: TransformOptions,
  keyring: Keyring,
  gate: LegGate,
  watch: FrameWatch,
  now_ms: () => number,
  slots: SlotTable = NO_SLOTS,
): void {
  const pass = passFor(transformer, options, keyring, gate, watch, now_ms, slots)
  const stream = new TransformStream<EncodedFrame, EncodedFrame>({
    async transform(frame, controller) {
      const data = await pass(frame)
      if (data === null) return
      frame.data = data
      controller.enqueue(frame)
    },
  })
  transformer.readable
    .pipeThrough(stream)
    .pipeTo(transformer.writable as WritableStream<EncodedFrame>)
    .catch(() => undefined)
}

function passFor(
  transformer: RTCRtpScriptTransformer,
  options: TransformOptions,
  keyring: Keyring,
  gate: LegGate,
  watch: FrameWatch,
  now_ms: () => number,
  slots: SlotTable,
): Pass {
  switch (options.direction) {
    case 'send':
      return sender(options, keyring, gate, watch)
    case 'receive':
      return receiver(transformer, options, keyring, gate, watch, now_ms)
    case 'receive-slot':
      return slotReceiver(transformer, options, keyring, gate, watch, now_ms, slots)
    case 'shut':
      return () => Promise.resolve(null)
  }
}

function sender(options: TransformOptions & { direction: 'send' }, keyring: Keyring, gate: LegGate, watch: FrameWatch): Pass {
  const { codec, context, legId } = options
  const sealOne = async (frame: EncodedFrame): Promise<Opened | { readonly refused: 'gate' }> => {
    if (!gate.isOpen(legId)) return { refused: 'gate' }
    if (!isCodec(codec, frame.getMetadata().mimeType)) return { refused: 'codec' }
    return sealFrame(keyring, context, codec, new Uint8Array(frame.data))
  }
  return async (frame) => {
    const sealed = await sealOne(frame).catch(failed)
    if ('refused' in sealed) {
      watch.refused('send', sealed.refused, context)
      return null
    }
    watch.sent(context)
    return sealed.frame.buffer
  }
}

function receiver(
  transformer: RTCRtpScriptTransformer,
  options: TransformOptions & { direction: 'receive' },
  keyring: Keyring,
  gate: LegGate,
  watch: FrameWatch,
  now_ms: () => number,
): Pass {
  const { codec, context, leafIndex, legId } = options
  const wish = keyFrameWish(transformer, codec)
  return async (frame) => {
    const opened = gate.isOpen(legId)
      ? await openFrame(keyring, options, codec, new Uint8Array(frame.data), now_ms()).catch(failed)
      : ({ refused: 'gate' } as const)
    if ('frame' in opened) {
      watch.opened(leafIndex, context)
      wish.opened(isKeyFrame(codec, opened.frame), now_ms())
    } else {
      watch.refused('receive', opened.refused, context)
      if (isMissed(opened.refused, frame)) wish.dropped(now_ms())
    }
    return renderable(opened, frame.data)
  }
}

const failed = (): { readonly refused: 'failed' } => ({ refused: 'failed' })
