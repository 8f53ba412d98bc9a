/**
 * What an SFU wrote down of a call (evil_sfu/src/ledger.rs), put together to frames as a depacketizer would, and opened with whatever keys there are.
 *
 *   | leg u8 | context u8 | layer u8 | marker u8 | sequence u64 | timestamp u32 | length u16 | payload |
 */
import { readFileSync } from 'node:fs'
import { concat, u8, type Bytes } from '../../web/client/bytes/bytes'
import { open } from '../../web/client/sframe/cipher'
import { clearBytes, codecs, type Codec } from '../../web/client/sframe/clear_bytes'
import { parseHeader } from '../../web/client/sframe/header'
import { deriveKidKeys, importBaseKey, type KidKeys } from '../../web/client/sframe/key_schedule'

const HEAD_BYTES = 18

interface Packet {
  readonly stream: string
  readonly context: number
  readonly marker: boolean
  readonly sequence: bigint
  readonly payload: Bytes
}

export interface Frame {
  /** Leg and context. */
  readonly stream: string
  readonly codec: Codec
  readonly bytes: Bytes
}

/** In one list for each stream. */
export function byStream<T extends { readonly stream: string }>(all: readonly T[]): readonly T[][] {
  const streams = new Map<string, T[]>()
  for (const one of all) {
    const known = streams.get(one.stream)
    if (known) known.push(one)
    else streams.set(one.stream, [one])
  }
  return [...streams.values()]
}

export function framesOf(file: string): readonly Frame[] {
  return byStream(packetsOf(new Uint8Array(readFileSync(file)))).flatMap((packets) => {
    const ordered = [...new Map(packets.map((packet) => [packet.sequence, packet])).values()].sort((a, b) => (a.sequence < b.sequence ? -1 : 1))
    return ordered[0]?.context === 0 ? ordered.map(({ stream, payload }): Frame => ({ stream, codec: 'opus', bytes: payload })) : pictures(ordered)
  })
}

function packetsOf(bytes: Bytes): Packet[] {
  const view = new DataView(bytes.buffer)
  const packets: Packet[] = []
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const length = view.getUint16(at + 16)
    const [leg, context, layer, marker] = bytes.subarray(at, at + 4)
    packets.push({
      stream: `${leg}/${context}/${layer}`,
      context: context ?? 0,
      marker: marker === 1,
      sequence: view.getBigUint64(at + 4),
      payload: bytes.slice(at + HEAD_BYTES, at + HEAD_BYTES + length),
    })
    at += HEAD_BYTES + length
  }
  return packets
}

/** Whole ones: from the packet that begins a partition to the one with the marker, without a gap. */
function pictures(packets: readonly Packet[]): Frame[] {
  const frames: Frame[] = []
  let parts: Bytes[] = []
  let next = -1n
  for (const { stream, marker, sequence, payload } of packets) {
    const isFirst = ((payload[0] ?? 0) & 0x17) === 0x10
    if (isFirst) parts = []
    else if (sequence !== next || parts.length === 0) continue
    parts.push(payload.subarray(descriptorBytes(payload)))
    next = sequence + 1n
    if (marker) frames.push({ stream, codec: 'vp8', bytes: concat(...parts) })
  }
  return frames
}

/** RFC 7741 §4.2. */
function descriptorBytes(payload: Bytes): number {
  const [first = 0, extensions = 0, id = 0] = payload
  if ((first & 0x80) === 0) return 1
  return 2 + (extensions & 0x80 ? (id & 0x80 ? 2 : 1) : 0) + (extensions & 0x40 ? 1 : 0) + (extensions & 0x30 ? 1 : 0)
}

/** Keys of epochs, tried one after the other. */
export class Openers {
  private readonly derived = new Map<string, Promise<KidKeys>>()
  private constructor(private readonly baseKeys: readonly CryptoKey[]) {}

  static async of(baseKeys: readonly Bytes[]): Promise<Openers> {
    return new Openers(await Promise.all(baseKeys.map((key) => importBaseKey(key))))
  }

  /** The frame in the clear and the epoch bits of its key; null when none of the keys opens it. */
  async open({ codec, bytes }: Frame): Promise<{ readonly frame: Bytes; readonly epochBits: number } | null> {
    const clearLength = clearBytes(codec, bytes) ?? 0
    const header = parseHeader(bytes, clearLength)
    if (header === null) return null
    const bodyAt = clearLength + header.length
    const clear = bytes.slice(0, clearLength)
    for (const [at, baseKey] of this.baseKeys.entries()) {
      const keys = await this.keysOf(at, baseKey, header.kid)
      const plain = await open(keys, header, bytes.subarray(clearLength, bodyAt), concat(u8(codecs[codec]), clear), bytes.slice(bodyAt))
      if (plain !== null) return { frame: concat(clear, new Uint8Array(plain)), epochBits: Number(header.kid & 15n) }
    }
    return null
  }

  private keysOf(at: number, baseKey: CryptoKey, kid: bigint): Promise<KidKeys> {
    const name = `${at}/${kid}`
    const known = this.derived.get(name) ?? deriveKidKeys(baseKey, kid)
    this.derived.set(name, known)
    return known
  }
}
