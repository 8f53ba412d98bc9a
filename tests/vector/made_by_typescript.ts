/** What spec/vectors/typescript holds: made by the code of web/client from inputs that never change. */
import { hkdfSync } from 'node:crypto'
import { concat, opaque16, u32, type Bytes } from '../../web/client/bytes/bytes'
import { b64u, hex, utf8 } from '../../web/client/bytes/text'
import { makeCredential, NO_TOKEN } from '../../web/client/crypto/credential'
import { signLabelled } from '../../web/client/crypto/device'
import { kinds, sealEnvelope, type Kind } from '../../web/client/crypto/envelope'
import { epochCode } from '../../web/client/crypto/epoch_code'
import { domain, sha256 } from '../../web/client/crypto/labels'
import { normaliseName } from '../../web/client/crypto/name'
import { pad } from '../../web/client/crypto/padding'
import { signPolicy, type Policy } from '../../web/client/crypto/policy'
import { signBlob } from '../../web/client/crypto/signed_blob'
import { emitLink } from '../../web/client/link'
import { seal } from '../../web/client/sframe/cipher'
import { clearBytes, codecs } from '../../web/client/sframe/clear_bytes'
import { emitHeader } from '../../web/client/sframe/header'
import { deriveBaseKey, deriveKidKeys, importBaseKey } from '../../web/client/sframe/key_schedule'
import { makeKid } from '../../web/client/sframe/kid'
import { ReplayWindow } from '../../web/client/sframe/replay_window'
import { aes, bytesOf, device, dice, ed25519, hmac } from './seeds'
import type { Topics } from './vector_file'

const roomId = bytesOf('typescript room', 16)
const secret = bytesOf('typescript S')
const hostSeed = bytesOf('typescript host')
const deviceSeed = bytesOf('typescript device')
const contactPublicKey = bytesOf('typescript contact')
const groupId = bytesOf('typescript group')
const leafKey = bytesOf('typescript leaf')

const derived = (label: string, s: Bytes = secret, room: Bytes = roomId, generation = 0): Bytes =>
  new Uint8Array(hkdfSync('sha256', s, new Uint8Array(0), concat(domain(label), room, u32(generation)), 32))

const turned = (bytes: Bytes, at: number): Bytes => bytes.map((byte, i) => (i === (at < 0 ? bytes.length + at : at) ? byte ^ 1 : byte))

function damaged(bytes: Bytes): Array<{ readonly bytes: Bytes; readonly why: string }> {
  const thirds = [0, Math.floor(bytes.length / 3), Math.floor((bytes.length * 2) / 3), -1]
  return [
    { bytes: bytes.slice(0, -1), why: 'cut by a byte' },
    { bytes: concat(bytes, new Uint8Array(1)), why: 'a byte too many' },
    { bytes: new Uint8Array(0), why: 'nothing' },
    ...thirds.map((at) => ({ bytes: turned(bytes, at), why: `a bit turned in byte ${at}` })),
  ]
}

async function labels(): Promise<Topics['labels']> {
  const inputs = [
    [secret, roomId, 0],
    [secret, roomId, 2],
    [bytesOf('another S'), roomId, 0],
  ] as const
  const cases = inputs.map(([s, room, generation]) => {
    const of = (label: string): string => hex(derived(label, s, room, generation))
    return {
      secret: hex(s),
      room_id: hex(room),
      generation,
      access: of('access'),
      admit: of('admit'),
      envelope: of('envelope'),
      heartbeat: of('heartbeat'),
      psk: of('psk'),
    }
  })
  return { cases, refused: [] }
}

async function link(): Promise<Topics['link']> {
  const hostKeyHash = await sha256((await ed25519(hostSeed)).publicKey)
  const cases = ['https://call.example', 'http://127.0.0.1:8000'].flatMap((origin) =>
    [null, hostSeed].map((seed) => ({
      origin,
      room_id: hex(roomId),
      secret: hex(secret),
      host_key_hash: hex(hostKeyHash),
      host_seed: seed && hex(seed),
      link: emitLink(origin, roomId, { secret, hostKeyHash, ...(seed ? { hostSeed: seed } : {}) }),
    })),
  )
  const good = cases[0]?.link ?? ''
  const parts = [
    ['v2.', 'local.link-version'],
    ['v99.', 'local.link-version'],
    ['', 'local.link-malformed'],
    ['V1.', 'local.link-malformed'],
    ['v1..', 'local.link-malformed'],
  ] as const
  const endings = ['=', 'A', '.', `.${b64u(secret)}.${b64u(secret)}`, ' ', '.AAAA']
  const refused = [
    ...parts.map(([version, code]) => ({ link: good.replace('v1.', version), code })),
    ...endings.map((end) => ({ link: good + end, code: 'local.link-malformed' })),
  ]
  return { cases, refused }
}

async function envelope(): Promise<Topics['envelope']> {
  const key = derived('envelope')
  const inputs: ReadonlyArray<readonly [Kind, number, number]> = [
    ...(Object.keys(kinds) as Kind[]).map((kind) => [kind, 0, 80] as const),
    ['commit', 4_294_967_296, 900],
    ['application', 5, 0],
  ]
  const cases = await Promise.all(
    inputs.map(async ([kind, epoch, length]) => {
      const plaintext = bytesOf(`envelope ${kind} ${epoch}`, length)
      const nonce = bytesOf(`nonce ${kind} ${epoch}`, 12)
      return {
        key: hex(key),
        room_id: hex(roomId),
        kind,
        epoch,
        nonce: hex(nonce),
        plaintext: hex(plaintext),
        sealed: hex(await sealEnvelope(await aes(key), roomId, kind, epoch, plaintext, nonce)),
      }
    }),
  )
  const place = { key: hex(key), room_id: hex(roomId), kind: 'commit' as Kind, epoch: 3 }
  const good = await sealEnvelope(await aes(key), roomId, 'commit', 3, bytesOf('commit', 60), bytesOf('nonce', 12))
  const refused = [
    ...damaged(good).map(({ bytes, why }) => ({ ...place, sealed: hex(bytes), why })),
    { ...place, sealed: hex(good), epoch: 4, why: 'of another epoch' },
    { ...place, sealed: hex(good), kind: 'welcome' as Kind, why: 'of another kind' },
    { ...place, sealed: hex(good), room_id: hex(bytesOf('elsewhere', 16)), why: 'of another room' },
    { ...place, sealed: hex(good), key: hex(derived('heartbeat')), why: 'under another key' },
  ]
  return { cases, refused }
}

async function policy(): Promise<Topics['policy']> {
  const host = await ed25519(hostSeed)
  const hash = hex(await sha256(host.publicKey))
  const direct: Policy = {
    v: 1,
    room_id: b64u(roomId),
    generation: 0,
    topology: 'direct',
    capacity: 2,
    waiting_room: false,
    recording: 'forbidden',
    expires_at: 1_790_000_000,
    single_use: true,
  }
  const policies: Policy[] = [direct, { ...direct, topology: 'group', capacity: 30, waiting_room: true, recording: 'notify', single_use: false }]
  const signText = async (text: string): Promise<Bytes> =>
    concat(opaque16(utf8(text)), host.publicKey, await signLabelled(host.key, 'policy', utf8(text)))
  const cases = await Promise.all(
    policies.map(async (one) => {
      const json = JSON.stringify(one)
      return {
        host_seed: hex(hostSeed),
        room_id: hex(roomId),
        policy_json: json,
        signed: hex(await signPolicy(one, host.key, host.publicKey)),
        host_key_hash: hash,
        policy_hash: hex(await sha256(utf8(json))),
      }
    }),
  )
  const place = { room_id: hex(roomId), host_key_hash: hash }
  const good = await signText(JSON.stringify(direct))
  const flaws: Readonly<Record<string, unknown>> = {
    'an unknown rule': { ...direct, toString: 1 },
    'a rule by the name of a prototype': JSON.parse(JSON.stringify(direct).replace('{', '{"__proto__":1,')) as unknown,
    'capacity as text': { ...direct, capacity: '2' },
    'three in a direct room': { ...direct, capacity: 3 },
    'another room': { ...direct, room_id: b64u(bytesOf('elsewhere', 16)) },
    'no expiry': { ...direct, expires_at: null },
    'a topology in capitals': { ...direct, topology: 'DIRECT' },
    null: null,
    'a number': 1,
  }
  const wrong = await Promise.all(
    Object.entries(flaws).map(async ([why, value]) => ({ ...place, signed: hex(await signText(JSON.stringify(value))), why })),
  )
  const other = { ...place, host_key_hash: hex(bytesOf('another host')), signed: hex(good), why: 'another host' }
  return { cases, refused: [...damaged(good).map(({ bytes, why }) => ({ ...place, signed: hex(bytes), why })), ...wrong, other] }
}

async function credential(): Promise<Topics['credential']> {
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

async function name(): Promise<Topics['name']> {
  const typed = ['Bob', ' Bob  Dylan ', 'Ｂｏｂ', 'Zoe\u0308', 'Jean-Luc\u3000Godard', 'あき', '①', 'x'.repeat(64), 'é'.repeat(64)]
  const cases = typed.map((text) => ({ typed: text, name: normaliseName(text) ?? '' }))
  const unspeakable = ['\t', '\u202dBob', 'Bob\u2069', 'B\u200bob', '\u0085', 'x'.repeat(65), '語'.repeat(43), 'Bob\ue000', '\u{e0042}', 'a\u00adb']
  return {
    cases,
    refused: [...unspeakable.map((text) => ({ typed: text })), { name: 'Ｂｏｂ' }, { name: 'Bob ' }, { name: 'Zoe\u0308' }, { name: '\u3000Bob' }],
  }
}

async function signedBlob(): Promise<Topics['signed_blob']> {
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

async function padding(): Promise<Topics['padding']> {
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

async function epochCodes(): Promise<Topics['epoch_code']> {
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

async function digest(): Promise<Topics['digest']> {
  const from = bytesOf('digest')
  const message = bytesOf('private message', 300)
  const next = await sha256(concat(domain('digest'), from, await sha256(message)))
  return { cases: [{ digest: hex(from), private_message: hex(message), next: hex(next) }], refused: [] }
}

async function sframeHeader(): Promise<Topics['sframe_header']> {
  const roll = dice('headers')
  const number = (): bigint => BigInt(`0x1${hex(bytesOf(`number ${roll(1_000_000)}`, 8))}`) >> BigInt(1 + roll(64))
  const cases = Array.from({ length: 60 }, () => {
    const [kid, ctr] = [number() & 0xffff_ffff_ffff_ffffn, number() & 0xffff_ffff_ffff_ffffn]
    return { kid: String(kid), ctr: String(ctr), header: hex(emitHeader(kid, ctr)) }
  })
  return { cases, refused: ['', '88', '8810', 'f0', '9100ff', '0a0001ff', '8807', '8007'].map((header) => ({ header, why: 'short or not minimal' })) }
}

async function media(): Promise<Topics['media']> {
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

async function replay(): Promise<Topics['replay']> {
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

/** Text that no editor shows or changes is written as escapes. */
const ascii = (json: string): string => json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** The whole content of each file, one case on a line. */
export async function files(): Promise<ReadonlyMap<string, string>> {
  const makers = {
    labels,
    link,
    envelope,
    policy,
    credential,
    name,
    signed_blob: signedBlob,
    padding,
    epoch_code: epochCodes,
    digest,
    sframe_header: sframeHeader,
    media,
    replay,
  }
  const lines = (rows: readonly unknown[]): string =>
    rows.length === 0 ? '[]' : `[\n  ${rows.map((row) => ascii(JSON.stringify(row))).join(',\n  ')}\n ]`
  const texts = Object.entries(makers).map(async ([topic, make]) => {
    const { cases, refused } = await make()
    return [topic, `{\n "made_by": "typescript",\n "topic": "${topic}",\n "cases": ${lines(cases)},\n "refused": ${lines(refused)}\n}\n`] as const
  })
  return new Map(await Promise.all(texts))
}
