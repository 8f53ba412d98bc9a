/** Cases of spec/1-invite.md, 2-policy.md and the envelope of 4-log.md. */
import { concat, opaque16, type Bytes } from '../../web/client/bytes/bytes'
import { b64u, hex, utf8 } from '../../web/client/bytes/text'
import { signLabelled } from '../../web/client/crypto/device'
import { kinds, sealEnvelope, type Kind } from '../../web/client/crypto/envelope'
import { openHostKey } from '../../web/client/crypto/host_key'
import { signOrder, type HostOrder } from '../../web/client/crypto/host_order'
import { sha256 } from '../../web/client/crypto/labels'
import { signPolicy, type Policy } from '../../web/client/crypto/policy'
import { emitLink } from '../../web/client/link'
import { aes, bytesOf, ed25519 } from './seeds'
import type { Topics } from './vector_file'
import { roomId, secret, hostSeed, derived, damaged } from './typescript_material'

export async function labels(): Promise<Topics['labels']> {
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

export async function link(): Promise<Topics['link']> {
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

export async function envelope(): Promise<Topics['envelope']> {
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

export async function policy(): Promise<Topics['policy']> {
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

export async function hostOrder(): Promise<Topics['host_order']> {
  const host = await openHostKey(hostSeed.slice())
  const head = { group_id: b64u(bytesOf('group')), at: 1_780_000_000_001 }
  const device = b64u(bytesOf('device'))
  const orders: readonly HostOrder[] = [
    { type: 'admit', ...head, device, ref: b64u(bytesOf('ref')) },
    { type: 'remove', ...head, device },
    { type: 'lock', ...head, locked: true },
    { type: 'mark', ...head, device },
    { type: 'mute', ...head, device, epoch: 3 },
    { type: 'end', ...head, epoch: 0 },
  ]
  const cases = await Promise.all(
    orders.map(async (order) => ({
      host_seed: hex(hostSeed),
      host_public_key: hex(host.publicKey),
      json: JSON.stringify({ v: 1, ...order }),
      order: hex(await signOrder(order, host)),
    })),
  )
  const [first, second] = cases.map(({ order }) => order) as [string, string]
  const stranger = hex((await openHostKey(bytesOf('other host'))).publicKey)
  const refused = [
    { why: 'by another host', host_public_key: stranger, order: first },
    { why: 'with the signature of another', host_public_key: hex(host.publicKey), order: first.slice(0, -128) + second.slice(-128) },
    { why: 'cut short', host_public_key: hex(host.publicKey), order: first.slice(0, -2) },
  ]
  return { cases, refused }
}
