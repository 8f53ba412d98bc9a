/** The room, device and group of the vectors that this language makes, and what an attacker does to bytes. */
import { hkdfSync } from 'node:crypto'
import { concat, u32, type Bytes } from '../../web/client/bytes/bytes'
import { domain } from '../../web/client/crypto/labels'
import { bytesOf } from './seeds'

export const roomId = bytesOf('typescript room', 16)
export const secret = bytesOf('typescript S')
export const hostSeed = bytesOf('typescript host')
export const deviceSeed = bytesOf('typescript device')
export const contactPublicKey = bytesOf('typescript contact')
export const groupId = bytesOf('typescript group')
export const leafKey = bytesOf('typescript leaf')

export const derived = (label: string, s: Bytes = secret, room: Bytes = roomId, generation = 0): Bytes =>
  new Uint8Array(hkdfSync('sha256', s, new Uint8Array(0), concat(domain(label), room, u32(generation)), 32))

export const turned = (bytes: Bytes, at: number): Bytes => bytes.map((byte, i) => (i === (at < 0 ? bytes.length + at : at) ? byte ^ 1 : byte))

export function damaged(bytes: Bytes): Array<{ readonly bytes: Bytes; readonly why: string }> {
  const thirds = [0, Math.floor(bytes.length / 3), Math.floor((bytes.length * 2) / 3), -1]
  return [
    { bytes: bytes.slice(0, -1), why: 'cut by a byte' },
    { bytes: concat(bytes, new Uint8Array(1)), why: 'a byte too many' },
    { bytes: new Uint8Array(0), why: 'nothing' },
    ...thirds.map((at) => ({ bytes: turned(bytes, at), why: `a bit turned in byte ${at}` })),
  ]
}
