/**
 * The SFrame header, RFC 9605 §4.3:
 *
 *  0 1 2 3 4 5 6 7
 * +-+-----+-+-----+---------------+---------------+
 * |X|  K  |Y|  C  | KID, if X = 1 | CTR, if Y = 1 |     K, C: the value, or its length - 1; big-endian, minimal
 * +-+-----+-+-----+---------------+---------------+
 */
import type { Bytes } from '../bytes/bytes'

export interface Header {
  readonly kid: bigint
  readonly ctr: bigint
  /** Bytes that the header takes. */
  readonly length: number
}

export const HEADER_BYTES_MAX = 17

function minimal(value: bigint): number[] {
  const bytes: number[] = []
  for (let rest = value; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xffn))
  return bytes
}

/** Raises RangeError for numbers that 64 bits do not hold. */
export function emitHeader(kid: bigint, ctr: bigint): Bytes {
  if (kid < 0n || ctr < 0n || kid >> 64n || ctr >> 64n) throw new RangeError('KID and CTR are 64-bit numbers')
  const field = (value: bigint): { readonly bits: number; readonly tail: number[] } => {
    if (value < 8n) return { bits: Number(value), tail: [] }
    const tail = minimal(value)
    return { bits: 0b1000 | (tail.length - 1), tail }
  }
  const k = field(kid)
  const c = field(ctr)
  return Uint8Array.of((k.bits << 4) | c.bits, ...k.tail, ...c.tail)
}

/** Null for short input and for encodings that are not minimal. Trust: none. */
export function parseHeader(bytes: Uint8Array, from = 0): Header | null {
  const config = bytes[from]
  if (config === undefined) return null
  let at = from + 1
  const field = (bits: number): bigint | null => {
    if ((bits & 0b1000) === 0) return BigInt(bits)
    const length = (bits & 0b111) + 1
    if (at + length > bytes.length) return null
    let value = 0n
    for (let i = 0; i < length; i++) value = (value << 8n) | BigInt(bytes[at + i] ?? 0)
    const isMinimal = length === 1 ? value >= 8n : bytes[at] !== 0
    at += length
    return isMinimal ? value : null
  }
  const kid = field(config >> 4)
  const ctr = kid === null ? null : field(config & 0b1111)
  return kid === null || ctr === null ? null : { kid, ctr, length: at - from }
}
