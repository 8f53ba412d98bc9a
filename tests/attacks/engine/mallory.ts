/**
 * What a hostile server, or a hostile member with a client of its own making, can do: look inside its own engine, seal what the engine never
 * would, and put entries into the log by hand.
 */
import { createCommit, createGroupInfoWithExternalPubAndRatchetTree, joinGroupExternal } from 'ts-mls/createCommit.js'
import { createContentCommitSignature } from 'ts-mls/framedContent.js'
import { signKeyPackage } from 'ts-mls/keyPackage.js'
import { signLeafNodeKeyPackage } from 'ts-mls/leafNode.js'
import { decodeMlsMessage, encodeMlsMessage } from 'ts-mls/message.js'
import { protect, unprotectPrivateMessage } from 'ts-mls/messageProtection.js'
import type { Commit } from 'ts-mls/commit.js'
import type { Proposal } from 'ts-mls/proposal.js'
import { concat, opaque8, own, u64, u8, type Bytes } from '../../../web/client/bytes/bytes'
import { b64u, utf8 } from '../../../web/client/bytes/text'
import { ADMISSION_S, makeCredential } from '../../../web/client/crypto/credential'
import { generateDevice, signLabelled, type DeviceKeys } from '../../../web/client/crypto/device'
import { openEnvelope, sealEnvelope, type Kind } from '../../../web/client/crypto/envelope'
import { domain } from '../../../web/client/crypto/labels'
import { pad } from '../../../web/client/crypto/padding'
import { openBlob, signBlob } from '../../../web/client/crypto/signed_blob'
import { emitJoin, emitWelcome } from '../../../web/client/group/bodies'
import type { LogEntry } from '../../../web/client/group/engine'
import { beatJson, type Beat } from '../../../web/client/group/heartbeat'
import type { LiveGroup } from '../../../web/client/group/live_group'
import {
  emitKeyPackage,
  epochOf,
  groupIdOf,
  makeKeyPackage,
  ownLeaf,
  sealApplication,
  transcriptOf,
  type MlsState,
  type OwnKeyPackage,
} from '../../../web/client/group/mls'
import { cs, generateLeafKey } from '../../../web/client/group/suite'
import type { Member, Room } from './fake_room'

const liveGroup = (member: Member): LiveGroup => {
  const phase = Reflect.get(member.engine, 'phase') as { readonly group?: LiveGroup }
  if (!phase.group) throw new Error(`${member.name} is in no group`)
  return phase.group
}

export const stateOf = (member: Member): MlsState => Reflect.get(liveGroup(member), 'state') as MlsState
export const isIn = (member: Member): boolean => member.engine.isLive

/** An entry of our own making in the log, sealed with S. */
export async function plant(room: Room, kind: Kind, epoch: number, plaintext: Bytes): Promise<void> {
  await room.append({ kind, epoch, body: await sealEnvelope(room.keys.envelope, room.roomId, kind, epoch, plaintext) })
  await room.settle()
}

/** The plaintext of an entry, for whoever has S. */
export async function openEntry(room: Room, entry: LogEntry): Promise<Bytes> {
  const opened = await openEnvelope(room.keys.envelope, room.roomId, entry.kind as Kind, entry.epoch, entry.body)
  if (opened === null) throw new Error('not ours')
  return opened
}

/** A commit as the MLS library makes it, of any proposals; no rule of ours is asked. */
export async function commitOf(
  member: Member,
  proposals: readonly Proposal[],
  authenticatedData: Bytes = new Uint8Array(0),
): Promise<{ readonly commit: Bytes; readonly welcome: Bytes | null }> {
  const made = await createCommit(
    { state: stateOf(member), cipherSuite: await cs() },
    { extraProposals: [...proposals], wireAsPublicMessage: false, ratchetTreeExtension: true, authenticatedData },
  )
  const welcome = made.welcome ? own(encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome: made.welcome })) : null
  return { commit: own(encodeMlsMessage(made.commit)), welcome }
}

/** A commit that the library would not make: signed and sealed by this member, its confirmation tag is chance. */
export async function handmadeCommit(member: Member, commit: Commit): Promise<Bytes> {
  const state = stateOf(member)
  const suite = await cs()
  const leafIndex = ownLeaf(state)
  const { framedContent, signature } = await createContentCommitSignature(
    state.groupContext,
    'mls_private_message',
    commit,
    { senderType: 'member', leafIndex },
    new Uint8Array(0),
    state.signaturePrivateKey,
    suite.signature,
  )
  const auth = { contentType: 'commit' as const, signature, confirmationTag: crypto.getRandomValues(new Uint8Array(32)) }
  const { privateMessage } = await protect(
    state.keySchedule.senderDataSecret,
    new Uint8Array(0),
    state.groupContext,
    state.secretTree,
    { ...framedContent, auth },
    leafIndex,
    state.clientConfig.paddingConfig,
    suite,
  )
  return own(encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage }))
}

/** A commit as this member's own engine makes it. */
export async function commitHonestly(member: Member, removes: readonly number[]): Promise<void> {
  const group = liveGroup(member)
  await (Reflect.get(group, 'commit') as (add: [], remove: readonly number[], now_ms: number) => Promise<void>).call(
    group,
    [],
    removes,
    member.room.now_ms,
  )
  await member.room.settle()
}

export const plantCommit = async (member: Member, commit: Bytes): Promise<void> => plant(member.room, 'commit', epochOf(stateOf(member)), commit)

/** A payload that says what it likes, sealed as this member. */
export const sealRaw = async (member: Member, json: unknown): Promise<Bytes> =>
  (await sealApplication(stateOf(member), pad(typeof json === 'string' ? json : JSON.stringify(json)))).message

export const sayRaw = async (member: Member, json: unknown): Promise<void> =>
  plant(member.room, 'application', epochOf(stateOf(member)), await sealRaw(member, json))

/** The same, one after the other: each under the next key, as the engine would. */
export const sayNext = async (member: Member, json: unknown): Promise<void> => plantAsOwn(member, await sealNext(member, json))

export async function sealNext(member: Member, json: unknown): Promise<Bytes> {
  const group = liveGroup(member)
  const { state, message } = await sealApplication(stateOf(member), pad(typeof json === 'string' ? json : JSON.stringify(json)))
  Reflect.set(group, 'state', state)
  return message
}

/** Into the log, past this member, who knows what it said. */
async function plantAsOwn(member: Member, message: Bytes): Promise<void> {
  const sees = member.seesEntry
  member.seesEntry = () => []
  await plant(member.room, 'application', epochOf(stateOf(member)), message)
  member.seesEntry = sees
}

export interface Newcomer {
  readonly device: DeviceKeys
  readonly keyPackage: OwnKeyPackage
  readonly credential: Bytes
}

/** A key package for any group, with whatever admission key the attacker has. */
export async function newcomer(
  room: Room,
  device: DeviceKeys,
  wish: { readonly groupId: Bytes; readonly admit?: CryptoKey; readonly displayName?: string; readonly roomId?: Bytes; readonly expiresAt?: number },
): Promise<Newcomer> {
  const leafSignatureKey = await generateLeafKey()
  const credential = await makeCredential(
    {
      roomId: wish.roomId ?? room.roomId,
      groupId: wish.groupId,
      leafSignatureKey,
      expiresAt: wish.expiresAt ?? Math.floor(room.now_ms / 1_000) + ADMISSION_S,
      displayName: wish.displayName ?? 'Mallory',
    },
    device,
    wish.admit ?? room.keys.admit,
  )
  return { device, credential, keyPackage: await makeKeyPackage(credential, leafSignatureKey) }
}

export const groupOf = (member: Member): Bytes => groupIdOf(stateOf(member))
export const joinBody = (joiner: Newcomer): Bytes => emitJoin(emitKeyPackage(joiner.keyPackage.publicPackage))
export const addOf = (joiner: Newcomer): Proposal => ({ proposalType: 'add', add: { keyPackage: joiner.keyPackage.publicPackage } })
export const removeOf = (leaf: number): Proposal => ({ proposalType: 'remove', remove: { removed: leaf } })
export const welcomeBody = (joiner: Newcomer | OwnKeyPackage, welcome: Bytes, orders: readonly Bytes[] = []): Bytes =>
  emitWelcome({ keyPackageRef: 'ref' in joiner ? joiner.ref : joiner.keyPackage.ref, welcome, orders })

/** A heartbeat that says what the attacker likes, signed by whichever device it has. */
export async function forgedBeat(room: Room, device: DeviceKeys, about: Member, changes: Partial<Beat>): Promise<Bytes> {
  const state = stateOf(about)
  const beat: Beat = {
    groupId: b64u(groupIdOf(state)),
    epoch: epochOf(state),
    transcript: b64u(transcriptOf(state)),
    leaf: ownLeaf(state),
    beat: 1_000_000,
    count: { sent: 0, digest: new Uint8Array(32) },
    previous: null,
    ctrs: new Map(),
    ...changes,
  }
  return sealEnvelope(room.keys.heartbeat, room.roomId, 'heartbeat', 0, await signBlob('heartbeat', beatJson(beat), device))
}

/** Whether somebody of this device stands in the roster that this member shows. */
export const shows = (member: Member, devicePublicKey: Bytes): boolean =>
  [...member.epoch.roster.values()].some((entry) => b64u(entry.credential.devicePublicKey) === b64u(devicePublicKey))

/** The server shows this member the entries that it likes, numbered without a gap. */
export function deceive(member: Member, shows: (entry: LogEntry) => boolean): void {
  let seq = member.engine.have ?? 0
  member.seesEntry = (entry) => (shows(entry) ? [{ ...entry, seq: ++seq }] : [])
}

/** The server lets a newcomer in under a log of its choice. */
export async function lure(member: Member, log: readonly LogEntry[]): Promise<void> {
  const { room } = member
  member.connected = true
  await member.engine.handleJoined({ head: log.length, logStart: 1, othersHere: true }, room.now_ms)
  for (const [at, entry] of log.entries()) await member.engine.handleEntry({ ...entry, seq: at + 1 }, room.now_ms)
}

/** Those of these names, in this order, in one call. */
export async function gather(room: Room, ...names: string[]): Promise<Member[]> {
  const members: Member[] = []
  for (const name of names) {
    members.push(await room.join(name))
    await room.pass(500)
  }
  if (!room.agree(...members)) throw new Error('they are not in one group')
  return members
}

export const contains = (bytes: Uint8Array, part: Uint8Array): boolean => Buffer.from(bytes).includes(Buffer.from(part))

/** Requests in the log that nobody answers: Mallory's commit is in the log before. */
export async function askQuietly(room: Room, ...joiners: readonly Newcomer[]): Promise<void> {
  const waiting = room.members.filter((member) => member.connected)
  for (const joiner of joiners) {
    const body = await sealEnvelope(room.keys.envelope, room.roomId, 'join', 0, joinBody(joiner))
    await room.append({ kind: 'join', epoch: 0, body })
  }
  // What they commit now is dropped: the server is with Mallory.
  for (const member of waiting) room.forget(member)
}

/** The update path of an honest empty commit. */
export async function pathOf(member: Member): Promise<Commit['path']> {
  const { commit } = await commitOf(member, [])
  const decoded = decodeMlsMessage(commit, 0)?.[0]
  const state = stateOf(member)
  if (decoded?.wireformat !== 'mls_private_message') throw new Error('not a PrivateMessage')
  const { content } = await unprotectPrivateMessage(
    state.keySchedule.senderDataSecret,
    decoded.privateMessage,
    state.secretTree,
    state.ratchetTree,
    state.groupContext,
    state.clientConfig.keyRetentionConfig,
    await cs(),
  )
  if (content.content.contentType !== 'commit') throw new Error('not a commit')
  return content.content.commit.path
}

/** An honest commit, but for the committer's new key: nothing can be sealed to it. */
export async function crookedCommit(member: Member): Promise<Bytes> {
  const suite = await cs()
  let leafKey: unknown
  const deriveKeyPair: typeof suite.hpke.deriveKeyPair = async (ikm) => {
    const pair = await suite.hpke.deriveKeyPair(ikm)
    leafKey ??= pair.publicKey
    return pair
  }
  const exportPublicKey: typeof suite.hpke.exportPublicKey = (key) =>
    key === leafKey ? Promise.resolve(new Uint8Array(32)) : suite.hpke.exportPublicKey(key)
  const made = await createCommit(
    { state: stateOf(member), cipherSuite: { ...suite, hpke: { ...suite.hpke, deriveKeyPair, exportPublicKey } } },
    { extraProposals: [], wireAsPublicMessage: false, ratchetTreeExtension: true },
  )
  return own(encodeMlsMessage(made.commit))
}

/** An honest commit, but for the name on the committer's new leaf. */
export async function commitAs(member: Member, identity: Bytes): Promise<Bytes> {
  const state = stateOf(member)
  const ratchetTree = state.ratchetTree.map((node, at) =>
    node?.nodeType === 'leaf' && at === 2 * ownLeaf(state)
      ? { ...node, leaf: { ...node.leaf, credential: { credentialType: 'basic' as const, identity } } }
      : node,
  )
  const made = await createCommit(
    { state: { ...state, ratchetTree }, cipherSuite: await cs() },
    { extraProposals: [], wireAsPublicMessage: false, ratchetTreeExtension: true },
  )
  return own(encodeMlsMessage(made.commit))
}

/** A commit by which somebody without a leaf takes one, as RFC 9420 allows and this room does not. */
export async function externalCommit(insider: Member, outsider: Newcomer): Promise<Bytes> {
  const info = await createGroupInfoWithExternalPubAndRatchetTree(stateOf(insider), [], await cs())
  const { publicPackage, privatePackage } = outsider.keyPackage
  const { publicMessage } = await joinGroupExternal(info, publicPackage, privatePackage, false, await cs())
  return own(encodeMlsMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage }))
}

/** The codes of all refusals in the log. */
export async function refusals(room: Room): Promise<string[]> {
  const notes = await Promise.all(
    room.log.filter((entry) => entry.kind === 'refusal').map(async (entry) => openBlob('note', await openEntry(room, entry))),
  )
  return notes.map((note) => String((note?.value as Record<string, unknown>)['code']))
}

/** A newcomer under a name that makeCredential would not take. */
export async function misnamed(room: Room, device: DeviceKeys, groupId: Bytes, displayName: string): Promise<Newcomer> {
  const leafKey = await generateLeafKey()
  const expiresAt = Math.floor(room.now_ms / 1_000) + ADMISSION_S
  const head = concat(
    u8(1),
    room.roomId,
    groupId,
    device.publicKey,
    device.contactPublicKey,
    leafKey,
    u64(expiresAt),
    new Uint8Array(32),
    opaque8(utf8(displayName)),
  )
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', room.keys.admit, concat(domain('admission'), head)))
  const credential = concat(head, mac, await signLabelled(device.signing, 'credential', concat(head, mac)))
  return { device, credential, keyPackage: await makeKeyPackage(credential, leafKey) }
}

/** "The room is full", to whoever asked by this key package. */
export const refusalOf = (member: Member, keyPackageRef: Bytes): Promise<Bytes> =>
  signBlob('note', { v: 1, group_id: b64u(groupOf(member)), key_package_ref: b64u(keyPackageRef), code: 'denied.room-full' }, member.device)

/** Anything at all, signed and sealed as a heartbeat. */
export const sealBeat = async (room: Room, device: DeviceKeys, value: unknown): Promise<Bytes> =>
  sealEnvelope(room.keys.heartbeat, room.roomId, 'heartbeat', 0, await signBlob('heartbeat', value, device))

/** A request whose keys are what the attacker likes, signed as it should be. */
export async function crookedJoin(
  room: Room,
  groupId: Bytes,
  keys: Partial<Record<'initKey' | 'hpkePublicKey' | 'signaturePublicKey', Bytes>>,
): Promise<Bytes> {
  const honest = await newcomer(room, await generateDevice(), { groupId })
  const { leafNode, ...rest } = honest.keyPackage.publicPackage
  const { initKey, ...leafNodeKeys } = keys
  const signKey = leafNode.signaturePublicKey
  const suite = await cs()
  const leaf = await signLeafNodeKeyPackage({ ...leafNode, ...leafNodeKeys }, signKey, suite.signature)
  const keyPackage = await signKeyPackage({ ...rest, initKey: initKey ?? rest.initKey, leafNode: leaf }, signKey, suite.signature)
  return emitJoin(emitKeyPackage(keyPackage))
}
