/**
 * Whole frames (spec/9-media.md):  wire = clear ‖ SFrame header ‖ ciphertext ‖ tag;  metadata = codec id ‖ clear.
 * Every refusal has its reason; a refused frame is never rendered, a frame without key is never sent.
 */
import { concat, u8, type Bytes } from '../bytes/bytes'
import { open, seal, TAG_BYTES } from './cipher'
import { clearBytes, codecs, isKeyFrame, joined, partsOf, type Codec } from './clear_bytes'
import { LATE_PICTURE_MS, LATE_SOUND_MS, placeOf } from './frame_order'
import { emitHeader, parseHeader } from './header'
import type { Keyring } from './keyring'
import { splitKid } from './kid'
import { bindingRefusal } from './tile_binding'

export type Refusal = 'empty' | 'short' | 'no-key' | 'unknown-kid' | 'wrong-leaf' | 'wrong-context' | 'replay' | 'late' | 'tag' | 'codec' | 'failed'
/** No encoder of a call makes more; a relay may send anything. */
export const FRAME_BYTES_MAX = 16 * 1024 * 1024

export type Opened = { readonly frame: Bytes } | { readonly refused: Refusal }

/** Whether what follows needs a frame that was refused so: not what came before, and of what comes too late only a key frame. */
export const isMissed = (refused: string, frame: RTCEncodedVideoFrame | RTCEncodedAudioFrame): boolean =>
  refused === 'late' ? 'type' in frame && frame.type === 'key' : refused !== 'empty' && refused !== 'replay'

const metadataOf = (codec: Codec, clear: Uint8Array): Bytes => concat(u8(codecs[codec]), clear)

export async function sealFrame(keyring: Keyring, context: number, codec: Codec, frame: Bytes): Promise<Opened> {
  if (frame.length === 0) return { refused: 'empty' }
  const parts = partsOf(codec, frame)
  if (parts === null) return { refused: 'codec' }
  const send = await keyring.nextSendKey(context)
  if (send === null) return { refused: 'no-key' }
  const clear = parts.clear(emitHeader(BigInt(send.kid), send.ctr).length + parts.plain.length + TAG_BYTES)
  return { frame: await seal(send.keys, send.kid, send.ctr, metadataOf(codec, clear), parts.plain, clear) }
}

/** Trust: none. The window moves only after the tag fitted. */
export async function openFrame(
  keyring: Keyring,
  tile: { readonly leafIndex: number; readonly context: number },
  codec: Codec,
  wire: Bytes,
  now_ms: number,
): Promise<Opened> {
  if (wire.length === 0) return { refused: 'empty' }
  const clearLength = clearBytes(codec, wire)
  if (clearLength === null || wire.length < clearLength + 1 + TAG_BYTES || wire.length > FRAME_BYTES_MAX) return { refused: 'short' }
  const header = parseHeader(wire, clearLength)
  if (header === null) return { refused: 'short' }
  const kid = splitKid(Number(header.kid))
  if (kid === null) return { refused: 'unknown-kid' }
  const misplaced = bindingRefusal(kid, tile)
  if (misplaced) return { refused: misplaced }
  const receive = await keyring.receiveKey(Number(header.kid), now_ms)
  if (receive === null) return { refused: 'no-key' }
  if (!receive.window.isFresh(header.ctr)) return { refused: 'replay' }
  const patience_ms = codec === 'opus' ? LATE_SOUND_MS : LATE_PICTURE_MS
  const place = placeOf(receive.age, header.ctr)
  if (receive.order.isLate(place, patience_ms, now_ms)) return { refused: 'late' }
  const bodyAt = clearLength + header.length
  const clear = wire.subarray(0, clearLength)
  const plaintext = await open(receive.keys, header, wire.subarray(clearLength, bodyAt), metadataOf(codec, clear), wire.subarray(bodyAt))
  if (plaintext === null) return { refused: 'tag' }
  if (!receive.window.accept(header.ctr)) return { refused: 'replay' }
  const frame = joined(codec, clear, new Uint8Array(plaintext))
  if (!receive.order.opened(place, codec !== 'opus' && isKeyFrame(codec, frame), patience_ms, now_ms)) return { refused: 'late' }
  return frame.length === 0 ? { refused: 'empty' } : { frame }
}
