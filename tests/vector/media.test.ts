/** Headers, payloads, whole frames and the replay window, as both languages make them. */
import { describe, expect, it } from 'vitest'
import { concat, type Bytes } from '../../web/client/bytes/bytes'
import { hex } from '../../web/client/bytes/text'
import { open, seal } from '../../web/client/sframe/cipher'
import { openFrame, sealFrame } from '../../web/client/sframe/frame'
import { emitHeader, parseHeader } from '../../web/client/sframe/header'
import { deriveBaseKey, deriveKidKeys, importBaseKey } from '../../web/client/sframe/key_schedule'
import { Keyring } from '../../web/client/sframe/keyring'
import { makeKid } from '../../web/client/sframe/kid'
import { ReplayWindow } from '../../web/client/sframe/replay_window'
import { LANGUAGES, load, raw } from './vector_file'

async function openPayload(baseKey: Bytes, metadata: Bytes, sealed: Bytes): Promise<ArrayBuffer | null> {
  const header = parseHeader(sealed)
  if (header === null) return null
  return open(
    await deriveKidKeys(await importBaseKey(baseKey), header.kid),
    header,
    sealed.subarray(0, header.length),
    metadata,
    sealed.slice(header.length),
  )
}

async function keyringOf(one: { readonly exporter_secret: string; readonly psk: string; readonly epoch: number }): Promise<Keyring> {
  const keyring = new Keyring()
  await keyring.addEpoch(one.epoch, raw(one.exporter_secret), raw(one.psk), 0)
  return keyring
}

describe.each(LANGUAGES)('vectors made by %s', (language) => {
  it.each(load(language, 'sframe_header').cases)('write KID $kid and CTR $ctr', ({ kid, ctr, header }) => {
    expect(hex(emitHeader(BigInt(kid), BigInt(ctr)))).toBe(header)
    expect(parseHeader(concat(raw(header), Uint8Array.of(1, 2)))).toEqual({ kid: BigInt(kid), ctr: BigInt(ctr), length: raw(header).length })
  })

  it.each(load(language, 'sframe_header').refused)('refuse the header $header: $why', ({ header }) => {
    expect(parseHeader(raw(header))).toBeNull()
  })

  it.each(load(language, 'media').cases)('seal and open $codec, context $context, epoch $epoch', async (one) => {
    expect(hex(await deriveBaseKey(raw(one.exporter_secret), raw(one.psk)))).toBe(one.base_key)
    expect(makeKid(one.context, one.leaf_index, one.epoch)).toBe(one.kid)
    expect(hex((await deriveKidKeys(await importBaseKey(raw(one.base_key)), one.kid)).salt)).toBe(one.salt)
    const tile = { leafIndex: one.leaf_index, context: one.context }
    expect(await openFrame(await keyringOf(one), tile, one.codec, raw(one.wire), 0)).toEqual({ frame: raw(one.frame) })
  })

  it.each(load(language, 'media').cases.filter(({ ctr }) => ctr < 100))('reach CTR $ctr of context $context by sending', async (one) => {
    const keyring = await keyringOf(one)
    keyring.sendUnder(one.epoch, one.leaf_index)
    for (let ctr = 0; ctr < one.ctr; ctr++) await keyring.nextSendKey(one.context)
    expect(await sealFrame(keyring, one.context, one.codec, raw(one.frame))).toEqual({ frame: raw(one.wire) })
  })

  it.each(load(language, 'media').refused)('refuse a frame: $reason', async (one) => {
    const tile = { leafIndex: one.leaf_index, context: one.context }
    expect(await openFrame(await keyringOf(one), tile, one.codec, raw(one.wire), 0)).toEqual({ refused: one.reason })
  })

  it.each(load(language, 'replay').cases)('take each counter once', ({ ctrs, accepted }) => {
    const window = new ReplayWindow()
    expect(ctrs.map((ctr) => window.accept(BigInt(ctr)))).toEqual(accepted)
  })
})

describe('payloads made by python', () => {
  const { cases, refused } = load('python', 'sframe_payload')
  it.each(cases)('seal and open under KID $kid and CTR $ctr', async (one) => {
    const keys = await deriveKidKeys(await importBaseKey(raw(one.base_key)), BigInt(one.kid))
    expect(hex(keys.salt)).toBe(one.salt)
    expect(hex(await seal(keys, BigInt(one.kid), BigInt(one.ctr), raw(one.metadata), raw(one.plaintext)))).toBe(one.sealed)
    expect(new Uint8Array((await openPayload(raw(one.base_key), raw(one.metadata), raw(one.sealed))) ?? [9, 9])).toEqual(raw(one.plaintext))
  })
  it.each(refused)('do not open $why', async (one) => {
    expect(await openPayload(raw(one.base_key), raw(one.metadata), raw(one.sealed))).toBeNull()
  })
})
