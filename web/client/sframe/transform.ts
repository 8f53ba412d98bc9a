/**
 * The encoded transform of one sender or receiver. It passes frames only while its leg is verified (`gate`), and only sealed (out) or authenticated (in).
 *
 * WebCrypto answers asynchronously, and a TransformStream awaits each frame before the next: order is kept, and a slow frame holds back its own stream only.
 */
import type { TransformOptions } from '../worker/rpc'
import { openFrame, sealFrame, type Refusal } from './frame'
import type { Keyring } from './keyring'
import { renderable } from './unsealed_gate'

export interface LegGate {
  isOpen(legId: string): boolean
}

export interface FrameWatch {
  sent(context: number): void
  opened(leafIndex: number, context: number): void
  refused(direction: 'send' | 'receive', reason: Refusal | 'gate', context: number): void
}

type EncodedFrame = RTCEncodedVideoFrame | RTCEncodedAudioFrame

/** Runs until the stream ends. `now_ms` is the worker's clock. */
export function runTransform(transformer: RTCRtpScriptTransformer, options: TransformOptions, keyring: Keyring, gate: LegGate, watch: FrameWatch, now_ms: () => number): void {
  const askKeyFrame = keyFrameAsker(transformer, options, now_ms)
  const pass = options.direction === 'send' ? sender(options, keyring, gate, watch) : receiver(options, keyring, gate, watch, now_ms, askKeyFrame)
  const stream = new TransformStream<EncodedFrame, EncodedFrame>({
    async transform(frame, controller) {
      const data = await pass(frame.data)
      if (data === null) return
      frame.data = data
      controller.enqueue(frame)
    },
  })
  transformer.readable.pipeThrough(stream).pipeTo(transformer.writable).catch(() => undefined)
}

type Pass = (data: ArrayBuffer) => Promise<ArrayBuffer | null>

function sender(options: TransformOptions & { direction: 'send' }, keyring: Keyring, gate: LegGate, watch: FrameWatch): Pass {
  return async (data) => {
    if (!gate.isOpen(options.legId)) {
      watch.refused('send', 'gate', options.context)
      return null
    }
    const sealed = await sealFrame(keyring, options.context, options.codec, new Uint8Array(data))
    if ('refused' in sealed) {
      watch.refused('send', sealed.refused, options.context)
      return null
    }
    watch.sent(options.context)
    return sealed.frame.buffer
  }
}

function receiver(options: TransformOptions & { direction: 'receive' }, keyring: Keyring, gate: LegGate, watch: FrameWatch, now_ms: () => number, askKeyFrame: () => void): Pass {
  return async (data) => {
    if (!gate.isOpen(options.legId)) {
      watch.refused('receive', 'gate', options.context)
      askKeyFrame()
      return null
    }
    const opened = await openFrame(keyring, options, options.codec, new Uint8Array(data), now_ms())
    if ('refused' in opened) {
      watch.refused('receive', opened.refused, options.context)
      if (opened.refused !== 'empty' && opened.refused !== 'replay') askKeyFrame()
    } else watch.opened(options.leafIndex, options.context)
    return renderable(opened, data)
  }
}

/** A dropped video frame breaks those that build on it, so the sender is asked for a key frame, at most twice a second. */
function keyFrameAsker(transformer: RTCRtpScriptTransformer, options: TransformOptions, now_ms: () => number): () => void {
  let last = Number.NEGATIVE_INFINITY
  return () => {
    if (options.codec === 'opus' || now_ms() - last < 500) return
    last = now_ms()
    transformer.sendKeyFrameRequest().catch(() => undefined)
  }
}
