/** Bytes and the few things done with them. Everything here owns its buffer, so that WebCrypto takes it. */
export type Bytes = Uint8Array<ArrayBuffer>

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** A copy that owns its buffer. */
export const own = (bytes: Uint8Array): Bytes => new Uint8Array(bytes)

/** Compares in a time that depends on the lengths only. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

export const u8 = (value: number): Bytes => Uint8Array.of(value)

export function u16(value: number): Bytes {
  const bytes = new Uint8Array(2)
  new DataView(bytes.buffer).setUint16(0, value)
  return bytes
}

export function u32(value: number): Bytes {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

export function u64(value: number | bigint): Bytes {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

export const opaque8 = (bytes: Uint8Array): Bytes => concat(u8(bounded(bytes.length, 0xff)), bytes)
export const opaque16 = (bytes: Uint8Array): Bytes => concat(u16(bounded(bytes.length, 0xffff)), bytes)
export const opaque32 = (bytes: Uint8Array): Bytes => concat(u32(bounded(bytes.length, 0xffff_ffff)), bytes)

function bounded(length: number, most: number): number {
  if (length > most) throw new RangeError(`${length} bytes do not fit a length of at most ${most}`)
  return length
}
