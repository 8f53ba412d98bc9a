/** The room's rules, as a hostile server hands them out: the real opening of a room, with its fetch and its database. */
import 'fake-indexeddb/auto'
import { vi } from 'vitest'
import type { Policy } from '../../../web/client/crypto/policy'
import { attack, codeOf, type Outcome } from './attack'
import type { World } from './world'

interface Host {
  readonly signing: CryptoKey
  readonly publicKey: Uint8Array<ArrayBuffer>
}

async function makeHost(): Promise<Host> {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])
  return { signing: pair.privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) }
}

const NOW_S = 1_700_000_000
const rules = (roomId: string): Policy => ({
  v: 1,
  room_id: roomId,
  generation: 0,
  topology: 'group',
  capacity: 3,
  waiting_room: false,
  recording: 'forbidden',
  expires_at: 2_000_000_000,
  single_use: false,
})

interface Lie {
  /** What the server's accomplice, who has the link, changes before it signs. */
  readonly policy?: (rules: Policy) => object
  readonly host?: Host
  /** What the server, which has no key, does to the sealed policy. */
  readonly sealed?: (sealed: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>
}

/** Opens the room at a server that lies; whether the lie is believed. */
async function opened(world: World, lie: Lie, believes: (policy: Policy) => boolean): Promise<Outcome> {
  const roomId = world.random(16)
  const name = world.text.b64u(roomId)
  const secret = world.random(32)
  const host = await makeHost()
  const keys = await world.labels.deriveRoomKeys(await world.labels.importSecret(secret), roomId)
  const signer = lie.host ?? host
  const said = (lie.policy?.(rules(name)) ?? rules(name)) as Policy
  const signed = await world.policy.signPolicy(said, signer.signing, signer.publicKey)
  const sealed = await world.envelope.sealEnvelope(keys.envelope, roomId, 'policy', 0, signed)
  const grant = {
    grant: world.text.b64u(world.random(32)),
    participant_id: world.text.b64u(world.random(16)),
    scopes: ['publish'],
    expires_at: NOW_S + 3_600,
    sealed_policy: world.text.b64u(lie.sealed?.(sealed) ?? sealed),
    topology: 'group',
  }
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(grant), { status: 201 })))
  const hostKeyHash = world.text.b64u(await world.labels.sha256(host.publicKey))
  try {
    const room = await world.room.openRoom({ origin: 'http://127.0.0.1', roomId: name, hostKeyHash, secret: secret.slice().buffer }, NOW_S)
    return { believed: believes(room.policy.policy), noticed: [] }
  } catch (error) {
    return { believed: false, noticed: [codeOf(error)] }
  }
}

attack('rules edited by the server', (world) => {
  const at = 13 + 2 + JSON.stringify(rules('x'.repeat(22))).indexOf('3,"waiting')
  return opened(
    world,
    { sealed: (sealed) => sealed.map((byte, i) => (i === at ? byte ^ '3'.charCodeAt(0) ^ '9'.charCodeAt(0) : byte)) },
    ({ capacity }) => capacity === 9,
  )
})

attack('rules of another host', async (world) =>
  opened(world, { host: await makeHost(), policy: (honest) => ({ ...honest, recording: 'everyone' }) }, ({ recording }) => recording === 'everyone'),
)

attack('rules of another room', (world) => {
  const other = world.text.b64u(world.random(16))
  return opened(world, { policy: (honest) => ({ ...honest, room_id: other }) }, (policy) => policy.room_id === other)
})

attack('rules that this version does not know', (world) =>
  opened(world, { policy: (honest) => ({ ...honest, transcribed_by: 'the server' }) }, (policy) => 'transcribed_by' in policy),
)

attack('rules out of range', (world) => opened(world, { policy: (honest) => ({ ...honest, capacity: 1_000 }) }, ({ capacity }) => capacity === 1_000))

/** Members who stayed have the next S, and one of them helps the server to show the rules that held before somebody was removed. */
attack('rules of before a removal', async (world) => {
  const roomId = world.random(16)
  const name = world.text.b64u(roomId)
  const host = await makeHost()
  const hostKeyHash = await world.labels.sha256(host.publicKey)
  const secret = await world.labels.importSecret(world.random(32))
  const { envelope } = await world.labels.deriveRoomKeys(secret, roomId)
  const old = await world.policy.signPolicy(rules(name), host.signing, host.publicKey)
  const grant = {
    grant: world.text.b64u(world.random(32)),
    participant_id: world.text.b64u(world.random(16)),
    scopes: ['publish'],
    expires_at: NOW_S + 3_600,
    sealed_policy: world.text.b64u(await world.envelope.sealEnvelope(envelope, roomId, 'policy', 0, old)),
    topology: 'group',
  }
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(grant), { status: 201 })))
  const kept = { secret, hostKeyHash, expiresAt: NOW_S + 60, generation: 1 }
  try {
    const room = await world.room.openKept('http://127.0.0.1', roomId, kept, await world.database.openDatabase(), NOW_S)
    return { believed: room.policy.policy.generation === 0, noticed: [] }
  } catch (error) {
    return { believed: false, noticed: [codeOf(error)] }
  }
})
