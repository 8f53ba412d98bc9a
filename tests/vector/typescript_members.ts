/** Cases of spec/3-identity.md, 5-group.md, 6-payloads.md and 10-verification.md. */
import { concat, u32, type Bytes } from '../../web/client/bytes/bytes'
import { hex } from '../../web/client/bytes/text'
import { makeCredential, NO_TOKEN } from '../../web/client/crypto/credential'
import { signLabelled } from '../../web/client/crypto/device'
import { epochCode } from '../../web/client/crypto/epoch_code'
import { domain, sha256 } from '../../web/client/crypto/labels'
import { normaliseName } from '../../web/client/crypto/name'
import { pad } from '../../web/client/crypto/padding'
import { signBlob } from '../../web/client/crypto/signed_blob'
import { bytesOf, device, dice, hmac } from './seeds'
import type { Topics } from './vector_file'
import { roomId, deviceSeed, contactPublicKey, groupId, leafKey, derived, turned, damaged } from './typescript_material'

export async function credential(): Promise<Topics['credential']> {
  const admit = derived('admit')
  const keys = await device(deviceSeed, contactPublicKey)
  const place = { admit: hex(admit), room_id: hex(roomId), group_id: hex(groupId), leaf_signature_key: hex(leafKey) }
  const wish = { roomId, groupId, leafSignatureKey: leafKey, expiresAt: 1_790_000_123, tokenHash: NO_TOKEN, displayName: 'Bob' }
  const wishes = [
    wish,
    { ...wish, displayName: 'Søren Kierkegaard 🎷', tokenHash: bytesOf('token') },
    { ...wish, displayName: 'ب'.repeat(64), expiresAt: 0 },
  ]
  const cases = await Promise.all(
    wishes.map(async (one) => ({
      ...place,
      device_seed: hex(deviceSeed),
      contact_public_key: hex(contactPublicKey),
      expires_at: one.expiresAt,
      token_hash: hex(one.tokenHash),
      display_name: one.displayName,
      credential: hex(await makeCredential(one, keys, await hmac(admit))),
    })),
  )
  const good = await makeCredential(wish, keys, await hmac(admit))
  const claimed = good.slice(0, -64)
  const resigned = concat(turned(claimed, -1), await signLabelled(keys.signing, 'credential', turned(claimed, -1)))
  const relabelled = concat(claimed, await signLabelled(keys.signing, 'admission', claimed))
  const refused = [
    ...damaged(good).map(({ bytes, why }) => ({ ...place, credential: hex(bytes), why })),
    { ...place, credential: hex(resigned), why: 'a right signature over a wrong MAC: S was not known' },
    { ...place, credential: hex(relabelled), why: 'signed for another purpose' },
    ...(['admit', 'room_id', 'group_id', 'leaf_signature_key'] as const).map((name) => ({
      ...place,
      credential: hex(good),
      [name]: hex(bytesOf('another', place[name].length / 2)),
      why: `another ${name}`,
    })),
  ]
  return { cases, refused }
}

export async function name(): Promise<Topics['name']> {
  const typed = ['Bob', ' Bob  Dylan ', 'Ｂｏｂ', 'Zoe\u0308', 'Jean-Luc\u3000Godard', 'あき', '①', 'x'.repeat(64), 'é'.repeat(64)]
  const cases = typed.map((text) => ({ typed: text, name: normaliseName(text) ?? '' }))
  const unspeakable = ['\t', '\u202dBob', 'Bob\u2069', 'B\u200bob', '\u0085', 'x'.repeat(65), '語'.repeat(43), 'Bob\ue000', '\u{e0042}', 'a\u00adb']
  return {
    cases,
    refused: [...unspeakable.map((text) => ({ typed: text })), { name: 'Ｂｏｂ' }, { name: 'Bob ' }, { name: 'Zoe\u0308' }, { name: '\u3000Bob' }],
  }
}

export async function signedBlob(): Promise<Topics['signed_blob']> {
  const keys = await device(deviceSeed, contactPublicKey)
  const values = [
    ['note', { v: 1, code: 'denied.room-full' }],
    ['heartbeat', { v: 1, beat: 7, text: 'å' }],
    ['heartbeat', null],
  ] as const
  const cases = await Promise.all(
    values.map(async ([label, value]) => ({
      label,
      device_seed: hex(deviceSeed),
      json: JSON.stringify(value),
      blob: hex(await signBlob(label, value, keys)),
    })),
  )
  const good = await signBlob('note', { v: 1 }, keys)
  const refused = [
    ...damaged(good).map(({ bytes, why }) => ({ label: 'note' as const, blob: hex(bytes), why })),
    { label: 'heartbeat' as const, blob: hex(good), why: 'signed for another purpose' },
  ]
  return { cases, refused }
}

export async function padding(): Promise<Topics['padding']> {
  const cases = ['{"v":1}', `"${'é'.repeat(124)}"`, `"${'x'.repeat(250)}"`, `"${'x'.repeat(251)}"`].map((json) => ({ json, padded: hex(pad(json)) }))
  const good = pad('{"v":1}')
  const flawed: Readonly<Record<string, Bytes>> = {
    nothing: new Uint8Array(0),
    'not a bucket': good.slice(0, 255),
    'a byte too many': concat(good, new Uint8Array(1)),
    'a bucket too many': concat(good, new Uint8Array(256)),
    'padding that speaks': turned(good, -1),
    'a length beyond the end': concat(u32(253), good.slice(4)),
    'a length of four gigabytes': concat(u32(0xffff_ffff), good.slice(4)),
    'no UTF-8': concat(u32(2), Uint8Array.of(0xc3, 0x28), new Uint8Array(250)),
  }
  return { cases, refused: Object.entries(flawed).map(([why, bytes]) => ({ padded: hex(bytes), why })) }
}

export async function epochCodes(): Promise<Topics['epoch_code']> {
  const roll = dice('epoch codes')
  const rosters = [[0], [0, 1], [1, 0], [2, 127, 9], Array.from({ length: 30 }, (_, i) => i)]
  const cases = await Promise.all(
    rosters.map(async (leaves) => {
      const authenticator = bytesOf(`authenticator ${roll(1_000_000)}`)
      const roster = leaves.map((leafIndex) => ({ leafIndex, devicePublicKey: bytesOf(`device ${leafIndex}`) }))
      return {
        epoch_authenticator: hex(authenticator),
        roster: roster.map((member) => ({ leaf_index: member.leafIndex, device_public_key: hex(member.devicePublicKey) })),
        code: await epochCode(authenticator, roster),
      }
    }),
  )
  return { cases, refused: [] }
}

export async function digest(): Promise<Topics['digest']> {
  const from = bytesOf('digest')
  const message = bytesOf('private message', 300)
  const next = await sha256(concat(domain('digest'), from, await sha256(message)))
  return { cases: [{ digest: hex(from), private_message: hex(message), next: hex(next) }], refused: [] }
}
