/**
 * How many leading bytes of a frame on the wire are readable, so that browsers' packetizers and depacketizers still work (measured, spec/9-media.md).
 * They are authenticated as metadata. Null: a frame that this codec cannot make.
 */
import { concat, type Bytes } from '../bytes/bytes'
import { sealedAt, sequenceHeaders, wrapper } from './av1'

export const codecs = { opus: 1, vp8: 2, vp9: 3, av1: 4 } as const
export type Codec = keyof typeof codecs

const VP8_KEY_FRAME_HEADER_BYTES = 10

/** Bit 0 of the first byte is 0 on key frames. Source: RFC 6386 §9.1. */
export const isVp8KeyFrame = (frame: Uint8Array): boolean => frame[0] !== undefined && (frame[0] & 1) === 0

/**
 * Whether a frame that opened builds on no other. VP9: the uncompressed header begins with marker 2, profile, and then show_existing_frame and frame_type,
 * both 0 on key frames. Source: VP9 bitstream specification §6.2. AV1: key frames bring a sequence header.
 */
export function isKeyFrame(codec: Codec, frame: Uint8Array): boolean {
  const first = frame[0]
  if (first === undefined) return false
  if (codec === 'vp8') return isVp8KeyFrame(frame)
  if (codec === 'vp9') return (first & 0xcc) === 0x80
  return codec === 'opus' || (sequenceHeaders(frame)?.length ?? 0) > 0
}

export function clearBytes(codec: Codec, frame: Uint8Array): number | null {
  switch (codec) {
    case 'opus':
    case 'vp9':
      return 0
    case 'vp8': {
      const length = isVp8KeyFrame(frame) ? VP8_KEY_FRAME_HEADER_BYTES : 1
      return frame.length >= length ? length : null
    }
    case 'av1':
      return sealedAt(frame)
  }
}

/** What of a frame stays readable, what is sealed, and what stands on the wire before an SFrame of so many bytes. Null: a frame that this codec cannot make. */
export function partsOf(codec: Codec, frame: Bytes): { readonly plain: Bytes; readonly clear: (sealed: number) => Bytes } | null {
  if (codec === 'av1') {
    const headers = sequenceHeaders(frame)
    return headers === null ? null : { plain: frame, clear: (sealed) => wrapper(headers, sealed) }
  }
  const length = clearBytes(codec, frame)
  return length === null ? null : { plain: frame.subarray(length), clear: () => frame.subarray(0, length) }
}

/** The frame again, as its encoder made it. */
export const joined = (codec: Codec, clear: Bytes, plain: Bytes): Bytes => (codec === 'av1' || clear.length === 0 ? plain : concat(clear, plain))
