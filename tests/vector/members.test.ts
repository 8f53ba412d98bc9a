/** Credentials, names, signed blobs, padding, codes and digests, as both languages make them. */
import { describe, expect, it } from 'vitest'
import { hex } from '../../web/client/bytes/text'
import { makeCredential, verifyCredential } from '../../web/client/crypto/credential'
import { epochCode } from '../../web/client/crypto/epoch_code'
import { isName, normaliseName } from '../../web/client/crypto/name'
import { pad, unpad } from '../../web/client/crypto/padding'
import { openBlob, signBlob } from '../../web/client/crypto/signed_blob'
import { beatJson, parseBeat } from '../../web/client/group/heartbeat'
import { countOne } from '../../web/client/group/message_count'
import { device, hmac } from './seeds'
import { LANGUAGES, load, raw } from './vector_file'

type Leaf = { readonly room_id: string; readonly group_id: string; readonly leaf_signature_key: string }
const leafOf = (one: Leaf) => ({ roomId: raw(one.room_id), groupId: raw(one.group_id), leafSignatureKey: raw(one.leaf_signature_key) })
const nowhere = new Uint8Array(32)

describe.each(LANGUAGES)('vectors made by %s', (language) => {
  it.each(load(language, 'credential').cases)('make and verify the credential of $display_name', async (one) => {
    const wish = { ...leafOf(one), expiresAt: one.expires_at, displayName: one.display_name, tokenHash: raw(one.token_hash) }
    const admit = await hmac(raw(one.admit))
    expect(hex(await makeCredential(wish, await device(raw(one.device_seed), raw(one.contact_public_key)), admit))).toBe(one.credential)
    expect(await verifyCredential(raw(one.credential), leafOf(one), admit)).toMatchObject({ ...wish, contactPublicKey: raw(one.contact_public_key) })
  })

  it.each(load(language, 'credential').refused)('refuse a credential: $why', async (one) => {
    expect(await verifyCredential(raw(one.credential), leafOf(one), await hmac(raw(one.admit)))).toBeNull()
  })

  it.each(load(language, 'name').cases)('show $typed as $name', ({ typed, name }) => {
    expect(normaliseName(typed)).toBe(name)
    expect(isName(name)).toBe(true)
  })

  it.each(load(language, 'name').refused)('refuse the name %j', (one) => {
    if ('typed' in one) expect(normaliseName(one.typed)).toBeNull()
    else expect(isName(one.name)).toBe(false)
  })

  it.each(load(language, 'signed_blob').cases)('open the $label $json', async (one) => {
    const keys = await device(raw(one.device_seed), nowhere)
    const value = JSON.parse(one.json) as unknown
    expect(await openBlob(one.label, raw(one.blob))).toEqual({ value, devicePublicKey: keys.publicKey })
    if (JSON.stringify(value) === one.json) expect(hex(await signBlob(one.label, value, keys))).toBe(one.blob)
  })

  it.each(load(language, 'signed_blob').refused)('refuse a $label $why', async ({ label, blob }) => {
    expect(await openBlob(label, raw(blob))).toBeNull()
  })

  it.each(load(language, 'padding').cases)('pad and unpad', ({ json, padded }) => {
    expect(hex(pad(json))).toBe(padded)
    expect(unpad(raw(padded))).toBe(json)
  })

  it.each(load(language, 'padding').refused)('refuse padding: $why', ({ padded }) => {
    expect(unpad(raw(padded))).toBeNull()
  })

  it.each(load(language, 'epoch_code').cases)('agree on the code $code', async (one) => {
    const roster = one.roster.map((member) => ({ leafIndex: member.leaf_index, devicePublicKey: raw(member.device_public_key) }))
    expect(await epochCode(raw(one.epoch_authenticator), roster)).toBe(one.code)
  })

  it.each(load(language, 'digest').cases)('count a message', async (one) => {
    expect(await countOne({ sent: 4, digest: raw(one.digest) }, raw(one.private_message))).toEqual({ sent: 5, digest: raw(one.next) })
  })
})

describe('heartbeats made by python', () => {
  const { cases, refused } = load('python', 'heartbeat')
  it.each(cases)('are read and written alike: %j', ({ heartbeat }) => {
    const beat = parseBeat(heartbeat)
    expect(beat).not.toBeNull()
    expect(heartbeat).toMatchObject(beat === null ? {} : beatJson(beat))
  })
  it.each(refused)('are refused: $why', ({ heartbeat }) => {
    expect(parseBeat(heartbeat)).toBeNull()
  })
})
