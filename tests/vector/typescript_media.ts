/** Cases of spec/9-media.md and RFC 9605. */
import { concat, type Bytes } from '../../web/client/bytes/bytes'
import { hex } from '../../web/client/bytes/text'
import { seal } from '../../web/client/sframe/cipher'
import { clearBytes, codecs } from '../../web/client/sframe/clear_bytes'
import { emitHeader } from '../../web/client/sframe/header'
import { deriveBaseKey, deriveKidKeys, importBaseKey } from '../../web/client/sframe/key_schedule'
import { makeKid } from '../../web/client/sframe/kid'
import { ReplayWindow } from '../../web/client/sframe/replay_window'
import { bytesOf, dice } from './seeds'
import type { Topics } from './vector_file'
import { derived } from './typescript_material'

export async function sframeHeader(): Promise<Topics['sframe_header']> {
  const roll = dice('headers')
  const number = (): bigint => BigInt(`0x1${hex(bytesOf(`number ${roll(1_000_000)}`, 8))}`) >> BigInt(1 + roll(64))
  const cases = Array.from({ length: 60 }, () => {
    const [kid, ctr] = [number() & 0xffff_ffff_ffff_ffffn, number() & 0xffff_ffff_ffff_ffffn]
    return { kid: String(kid), ctr: String(ctr), header: hex(emitHeader(kid, ctr)) }
  })
  return { cases, refused: ['', '88', '8810', 'f0', '9100ff', '0a0001ff', '8807', '8007'].map((header) => ({ header, why: 'short or not minimal' })) }
}

export async function media(): Promise<Topics['media']> {
  const exporterSecret = bytesOf('typescript exporter')
  const psk = derived('psk')
  const baseKey = await deriveBaseKey(exporterSecret, psk)
  const base = await importBaseKey(baseKey)
  const keyFrame = concat(Uint8Array.of(0x50, 0x0f, 0x01, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00), bytesOf('key frame', 500))
  const inputs = [
    ['opus', 0, 0, 0, 1, bytesOf('opus', 120)],
    ['opus', 3, 127, 65_536, 15, bytesOf('more', 3)],
    ['vp8', 1, 1, 7, 16, keyFrame],
    ['vp8', 2, 1, 8, 300, concat(Uint8Array.of(0x31), bytesOf('delta', 90))],
  ] as const
  const sealed = async (codec: 'opus' | 'vp8', context: number, leaf: number, ctr: number, epoch: number, frame: Bytes) => {
    const kid = makeKid(context, leaf, epoch)
    const keys = await deriveKidKeys(base, kid)
    const clear = frame.slice(0, clearBytes(codec, frame) ?? 0)
    const wire = await seal(keys, kid, BigInt(ctr), concat(Uint8Array.of(codecs[codec]), clear), frame.slice(clear.length), clear)
    return { kid, salt: hex(keys.salt), wire: hex(wire) }
  }
  const place = { exporter_secret: hex(exporterSecret), psk: hex(psk) }
  const cases = await Promise.all(
    inputs.map(async ([codec, context, leaf, ctr, epoch, frame]) => ({
      ...place,
      context,
      leaf_index: leaf,
      epoch,
      ctr,
      codec,
      frame: hex(frame),
      base_key: hex(baseKey),
      ...(await sealed(codec, context, leaf, ctr, epoch, frame)),
    })),
  )
  const [sound, video] = [await sealed('opus', 0, 1, 4, 1, bytesOf('opus', 60)), await sealed('vp8', 1, 1, 4, 1, keyFrame)]
  const tile = { ...place, epoch: 1, leaf_index: 1, context: 0, codec: 'opus' as const, wire: sound.wire }
  const camera = { ...tile, context: 1, codec: 'vp8' as const, wire: video.wire }
  const refused = [
    { ...tile, wire: '', reason: 'empty' },
    { ...tile, wire: sound.wire.slice(0, 32), reason: 'short' },
    { ...camera, wire: video.wire.slice(0, 18), reason: 'short' },
    { ...tile, leaf_index: 0, reason: 'wrong-leaf' },
    { ...tile, context: 3, reason: 'wrong-context' },
    { ...tile, epoch: 2, reason: 'no-key' },
    { ...tile, wire: `98ffff10${'00'.repeat(20)}`, reason: 'unknown-kid' },
    { ...tile, wire: `${sound.wire}00`, reason: 'tag' },
    { ...camera, wire: video.wire.replace(/^500f01/, '500e01'), reason: 'tag' },
    { ...tile, psk: hex(new Uint8Array(32)), reason: 'tag' },
  ]
  return { cases, refused }
}

export async function replay(): Promise<Topics['replay']> {
  const roll = dice('replay')
  const rows = Array.from({ length: 4 }, (_, row) => {
    let at = 0
    return Array.from({ length: 400 }, () => Math.max(0, (at += roll(4) === 0 ? roll(300 * (row + 1)) : 1) - (roll(3) === 0 ? roll(1_300) : 0)))
  })
  const cases = rows.map((ctrs) => {
    const window = new ReplayWindow()
    return { ctrs, accepted: ctrs.map((ctr) => window.accept(BigInt(ctr))) }
  })
  return { cases, refused: [] }
}
