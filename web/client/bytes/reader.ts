/**
 * Reads fields from bytes that somebody else sent.
 *
 * Trust: none. Bounds: never reads past the end; a length is checked before it is used. Raises `ShortError` on short input and, from `end`, on trailing bytes.
 */
import { own, type Bytes } from './bytes'

export class ShortError extends Error {
  override readonly name = 'ShortError'
}

export class Reader {
  private at = 0
  private readonly view: DataView
  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get position(): number {
    return this.at
  }

  private step(length: number): number {
    const from = this.at
    if (length > this.bytes.length - from) throw new ShortError('fewer bytes than announced')
    this.at = from + length
    return from
  }

  u8(): number {
    return this.view.getUint8(this.step(1))
  }
  u16(): number {
    return this.view.getUint16(this.step(2))
  }
  u32(): number {
    return this.view.getUint32(this.step(4))
  }
  /** Raises when the number is beyond 2^53 - 1: none of ours is. */
  u64(): number {
    const value = this.view.getBigUint64(this.step(8))
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ShortError('number out of range')
    return Number(value)
  }
  take(length: number): Bytes {
    const from = this.step(length)
    return own(this.bytes.subarray(from, from + length))
  }
  opaque8(most = 0xff): Bytes {
    return this.take(this.within(this.u8(), most))
  }
  opaque16(most = 0xffff): Bytes {
    return this.take(this.within(this.u16(), most))
  }
  opaque32(most: number): Bytes {
    return this.take(this.within(this.u32(), most))
  }
  end(): void {
    if (this.at !== this.bytes.length) throw new ShortError('bytes left over')
  }

  private within(length: number, most: number): number {
    if (length > most) throw new ShortError('a length over its bound')
    return length
  }
}
