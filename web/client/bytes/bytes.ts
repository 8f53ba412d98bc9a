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

export const u8 = (value: number): Bytes => Uint8Array.of(bounded(value, 0xff))

export function u16(value: number): Bytes {
  const bytes = new Uint8Array(2)
  new DataView(bytes.buffer).setUint16(0, bounded(value, 0xffff))
  return bytes
}

export function u32(value: number): Bytes {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, bounded(value, 0xffff_ffff))
  return bytes
}

export function u64(value: number | bigint): Bytes {
  const whole = BigInt(value)
  if (whole < 0n || whole >> 64n) throw new RangeError('not a number of 64 bits')
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, whole)
  return bytes
}

export const opaque8 = (bytes: Uint8Array): Bytes => concat(u8(bytes.length), bytes)
export const opaque16 = (bytes: Uint8Array): Bytes => concat(u16(bytes.length), bytes)
export const opaque32 = (bytes: Uint8Array): Bytes => concat(u32(bytes.length), bytes)

/** A number that does not fit its field is a mistake of ours: cutting it off would change what is signed. */
function bounded(value: number, most: number): number {
  if (!Number.isInteger(value) || value < 0 || value > most) throw new RangeError(`${value} does not fit a field of 0 to ${most}`)
  return value
}
