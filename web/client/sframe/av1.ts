/**
 * A sealed frame that AV1's packetizers and depacketizers take: on key frames the sequence header, then one OBU_FRAME of a stated size, whose payload is the SFrame.
 * What is sealed is the whole frame as the encoder made it, so what stands in front of it is authenticated and thrown away.
 *
 * Source: AV1 bitstream specification §5.3 (OBU header, leb128); RTP payload format for AV1 §4.4. Bounds: 16 OBUs of a frame.
 */
import { concat, type Bytes } from '../bytes/bytes'

const SEQUENCE_HEADER = 1
const FRAME = 6
const OBUS_MAX = 16
const HAS_EXTENSION = 0b100
const HAS_SIZE = 0b10
/** leb128 of 32 bits, the most that AV1 allows. */
const SIZE_BYTES_MAX = 5

interface Obu {
  readonly type: number
  /** Where its payload begins and ends. */
  readonly from: number
  readonly to: number
  readonly isSized: boolean
}

/** Null: no OBU begins here, or it ends beyond the bytes. Trust: none. */
function obuAt(bytes: Uint8Array, at: number): Obu | null {
  const header = bytes[at]
  if (header === undefined || (header & 0b1000_0001) !== 0) return null
  const type = (header >> 3) & 0b1111
  let from = at + ((header & HAS_EXTENSION) === 0 ? 1 : 2)
  if ((header & HAS_SIZE) === 0) return from <= bytes.length ? { type, from, to: bytes.length, isSized: false } : null
  let size = 0
  for (let i = 0; i < SIZE_BYTES_MAX; i++) {
    const byte = bytes[from++]
    if (byte === undefined) return null
    size += (byte & 0x7f) * 2 ** (7 * i)
    if ((byte & 0x80) === 0) return from + size <= bytes.length ? { type, from, to: from + size, isSized: true } : null
  }
  return null
}

function sized(type: number, size: number): Bytes {
  const bytes = [(type << 3) | HAS_SIZE]
  let rest = size
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return Uint8Array.from(bytes)
}

/** The frame's sequence headers, each of a stated size; nothing where it has none. Null: no frame of AV1. */
export function sequenceHeaders(frame: Uint8Array): Bytes | null {
  const found: Uint8Array[] = []
  let at = 0
  for (let count = 0; at < frame.length; count++) {
    const obu = count < OBUS_MAX ? obuAt(frame, at) : null
    if (obu === null) return null
    if (obu.type === SEQUENCE_HEADER) found.push(sized(SEQUENCE_HEADER, obu.to - obu.from), frame.subarray(obu.from, obu.to))
    at = obu.to
  }
  return frame.length === 0 ? null : concat(...found)
}

/** What goes in front of an SFrame of `length` bytes. */
export const wrapper = (headers: Uint8Array, length: number): Bytes => concat(headers, sized(FRAME, length))

/** Where the SFrame begins; null when this was not wrapped so. Trust: none. */
export function sealedAt(wire: Uint8Array): number | null {
  let at = 0
  for (let count = 0; count < OBUS_MAX; count++) {
    const obu = obuAt(wire, at)
    if (obu === null) return null
    if (obu.type === FRAME) return obu.isSized && obu.to === wire.length ? obu.from : null
    if (obu.type !== SEQUENCE_HEADER) return null
    at = obu.to
  }
  return null
}
