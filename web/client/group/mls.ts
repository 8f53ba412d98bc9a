/**
 * The only file, with suite.ts, that touches the MLS library (ts-mls 1.6.4, RFC 9420, suite 1). States are values: a refused message leaves the old one as it was.
 *
 * The library's own processing does not tell who sent an application message, so the layer below it is used, which does, after it verified the signature.
 */
// Single files of the library: its index pulls in a second crypto provider that nobody here needs.
import type { ClientConfig } from 'ts-mls/clientConfig.js'
import { createGroup, joinGroup, type ClientState } from 'ts-mls/clientState.js'
import { createCommit } from 'ts-mls/createCommit.js'
import { createApplicationMessage } from 'ts-mls/createMessage.js'
import { generateKeyPackageWithKey, makeKeyPackageRef, verifyKeyPackage, type KeyPackage, type PrivateKeyPackage } from 'ts-mls/keyPackage.js'
import { defaultKeyPackageEqualityConfig } from 'ts-mls/keyPackageEqualityConfig.js'
import { mlsExporter } from 'ts-mls/keySchedule.js'
import { defaultLifetime } from 'ts-mls/lifetime.js'
import { defaultLifetimeConfig } from 'ts-mls/lifetimeConfig.js'
import { decodeMlsMessage, encodeMlsMessage, type MLSMessage } from 'ts-mls/message.js'
import { unprotectPrivateMessage } from 'ts-mls/messageProtection.js'
import type { PrivateMessage } from 'ts-mls/privateMessage.js'
import { processPrivateMessage } from 'ts-mls/processMessages.js'
import type { Proposal } from 'ts-mls/proposal.js'
import { emptyPskIndex } from 'ts-mls/pskIndex.js'
import { equal, own, type Bytes } from '../bytes/bytes'
import { canSealTo, cs, SUITE } from './suite'

export type { KeyPackage } from 'ts-mls/keyPackage.js'
export type MlsState = ClientState

export const POLICY_EXTENSION = 0xf0a1
const MESSAGE_BYTES_MAX = 65_536

const config: ClientConfig = {
  keyRetentionConfig: { retainKeysForGenerations: 8, retainKeysForEpochs: 2, maximumForwardRatchetSteps: 256 },
  lifetimeConfig: { ...defaultLifetimeConfig, validateLifetimeOnReceive: false }, // The credential's own expiry is what counts (spec/3).
  keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
  paddingConfig: { kind: 'alwaysPad', paddingLength: 0 }, // Payloads come padded (spec/6).
  authService: { validateCredential: () => Promise.resolve(true) }, // Credentials are verified by roster.ts and valid_commit.ts, with what they need to know.
}

/** A leaf as it stands in the tree: what it claims to be and its key. */
export interface Leaf {
  readonly leafIndex: number
  readonly identity: Bytes
  readonly signatureKey: Bytes
}

export interface OwnKeyPackage {
  readonly publicPackage: KeyPackage
  readonly privatePackage: PrivateKeyPackage
  readonly ref: Bytes
}

export async function makeKeyPackage(identity: Bytes, leafKey: Bytes): Promise<OwnKeyPackage> {
  const capabilities = {
    versions: ['mls10' as const],
    ciphersuites: [SUITE as typeof SUITE],
    extensions: [POLICY_EXTENSION],
    proposals: [],
    credentials: ['basic' as const],
  }
  const made = await generateKeyPackageWithKey(
    { credentialType: 'basic', identity },
    capabilities,
    defaultLifetime,
    [],
    { signKey: leafKey, publicKey: leafKey },
    await cs(),
  )
  return { ...made, ref: own(await makeKeyPackageRef(made.publicPackage, (await cs()).hash)) }
}

export async function create(groupId: Bytes, keyPackage: OwnKeyPackage, policyHash: Bytes): Promise<MlsState> {
  return createGroup(
    groupId,
    keyPackage.publicPackage,
    keyPackage.privatePackage,
    [{ extensionType: POLICY_EXTENSION, extensionData: policyHash }],
    await cs(),
    config,
  )
}

/** Raises when the Welcome is not for this key package or does not verify. */
export async function join(welcome: Bytes, keyPackage: OwnKeyPackage): Promise<MlsState> {
  const message = decode(welcome)
  if (message?.wireformat !== 'mls_welcome') throw new Error('not a Welcome')
  const state = await joinGroup(
    message.welcome,
    keyPackage.publicPackage,
    keyPackage.privatePackage,
    emptyPskIndex,
    await cs(),
    undefined,
    undefined,
    config,
  )
  keyPackage.privatePackage.initPrivateKey.fill(0)
  return state
}

export const emitKeyPackage = (keyPackage: KeyPackage): Bytes => encode({ version: 'mls10', wireformat: 'mls_key_package', keyPackage })

export interface ParsedKeyPackage {
  readonly keyPackage: KeyPackage
  readonly ref: Bytes
  readonly identity: Bytes
  readonly signatureKey: Bytes
}

/** Null for anything but a well-formed, self-signed key package of our suite with our capabilities and keys that work. Trust: a stranger. */
export async function parseKeyPackage(bytes: Bytes): Promise<ParsedKeyPackage | null> {
  const message = decode(bytes)
  return message?.wireformat === 'mls_key_package' ? inspectKeyPackage(message.keyPackage) : null
}

async function inspectKeyPackage(keyPackage: KeyPackage): Promise<ParsedKeyPackage | null> {
  const { leafNode } = keyPackage
  const isOurs =
    keyPackage.version === 'mls10' &&
    keyPackage.cipherSuite === SUITE &&
    leafNode.capabilities.extensions.includes(POLICY_EXTENSION) &&
    leafNode.extensions.length === 0 &&
    keyPackage.extensions.length === 0
  if (!isOurs || leafNode.credential.credentialType !== 'basic' || !(await isSelfSigned(keyPackage))) return null
  if (!(await haveUse([keyPackage.initKey, leafNode.hpkePublicKey]))) return null
  return {
    keyPackage,
    ref: own(await makeKeyPackageRef(keyPackage, (await cs()).hash)),
    identity: own(leafNode.credential.identity),
    signatureKey: own(leafNode.signaturePublicKey),
  }
}

/** The library throws where a signature key is none. */
const isSelfSigned = async (keyPackage: KeyPackage): Promise<boolean> => verifyKeyPackage(keyPackage, (await cs()).signature).catch(() => false)

const haveUse = async (keys: readonly Uint8Array[]): Promise<boolean> => (await Promise.all(keys.map(canSealTo))).every((works) => works)

export interface MadeCommit {
  readonly commit: Bytes
  readonly welcome: Bytes | null
  readonly next: MlsState
}

/** Inline Adds and Removes, or neither, as a PrivateMessage. The state stays until the log has it. */
export async function makeCommit(
  state: MlsState,
  adds: readonly KeyPackage[],
  removes: readonly number[],
  authenticatedData: Bytes = new Uint8Array(0),
): Promise<MadeCommit> {
  const proposals: Proposal[] = [
    ...removes.map((removed): Proposal => ({ proposalType: 'remove', remove: { removed } })),
    ...adds.map((keyPackage): Proposal => ({ proposalType: 'add', add: { keyPackage } })),
  ]
  const made = await createCommit(
    { state, cipherSuite: await cs() },
    { extraProposals: proposals, wireAsPublicMessage: false, ratchetTreeExtension: true, authenticatedData },
  )
  const welcome = made.welcome ? encode({ version: 'mls10', wireformat: 'mls_welcome', welcome: made.welcome }) : null
  return { commit: encode(made.commit), welcome, next: made.newState }
}

export interface InspectedCommit {
  readonly senderLeaf: number
  readonly adds: ReadonlyArray<ParsedKeyPackage | null>
  readonly removes: readonly number[]
  readonly hasPath: boolean
  /** Proposals by reference and of other types: never legal here. */
  readonly others: number
  /** A path brings a new leaf of the committer: whether it is still the same person with the same key. */
  readonly pathKeepsIdentity: boolean
  /** Whether something can be sealed to each key that the path brings. */
  readonly pathKeysWork: boolean
  /** What the committer said beside it, as all of the commit under its signature: the host's orders. */
  readonly authenticatedData: Bytes
}

/** What a commit would do, signature verified, nothing applied. Null when it is not an authentic commit of this group and epoch. */
export async function inspectCommit(state: MlsState, bytes: Bytes): Promise<InspectedCommit | null> {
  const message = privateMessage(bytes)
  if (!message || !ofEpoch(state, message) || message.contentType !== 'commit') return null
  const content = await unprotect(state, message).catch(() => null)
  if (content?.content.contentType !== 'commit') return null
  const { proposals, path } = content.content.commit
  const inline = proposals.flatMap((p) => (p.proposalOrRefType === 'proposal' ? [p.proposal] : []))
  const adds = inline.flatMap((p) => (p.proposalType === 'add' ? [p.add.keyPackage] : []))
  const removes = inline.flatMap((p) => (p.proposalType === 'remove' ? [p.remove.removed] : []))
  const before = leaves(state).find((leaf) => leaf.leafIndex === content.senderLeaf)
  const after = path?.leafNode
  return {
    senderLeaf: content.senderLeaf,
    adds: await Promise.all(adds.map(inspectKeyPackage)),
    removes,
    hasPath: path !== undefined,
    others: proposals.length - adds.length - removes.length,
    pathKeepsIdentity:
      after === undefined ||
      (before !== undefined &&
        after.credential.credentialType === 'basic' &&
        equal(after.credential.identity, before.identity) &&
        equal(after.signaturePublicKey, before.signatureKey) &&
        after.extensions.length === 0),
    pathKeysWork: path === undefined || (await haveUse([path.leafNode.hpkePublicKey, ...path.nodes.map((node) => node.hpkePublicKey)])),
    authenticatedData: own(message.authenticatedData),
  }
}

/** The state after the commit. Raises when it cannot be followed. */
export async function applyCommit(state: MlsState, bytes: Bytes): Promise<MlsState> {
  const message = privateMessage(bytes)
  if (!message) throw new Error('not a PrivateMessage')
  const result = await processPrivateMessage(state, message, emptyPskIndex, await cs())
  if (result.kind !== 'newState') throw new Error('not a commit')
  return result.newState
}

/** A pending commit's state, with what was received under the old epoch in the meantime, so that nothing of it opens twice. */
export function withReceived(next: MlsState, old: MlsState): MlsState {
  const kept = next.historicalReceiverData.get(old.groupContext.epoch)
  if (!kept) return next
  return {
    ...next,
    historicalReceiverData: new Map(next.historicalReceiverData).set(old.groupContext.epoch, { ...kept, secretTree: old.secretTree }),
  }
}

export async function sealApplication(state: MlsState, plaintext: Bytes): Promise<{ readonly message: Bytes; readonly state: MlsState }> {
  const made = await createApplicationMessage(state, plaintext, await cs())
  return { message: encode({ version: 'mls10', wireformat: 'mls_private_message', privateMessage: made.privateMessage }), state: made.newState }
}

export interface OpenedApplication {
  readonly epoch: number
  /** From the sender data and signature that MLS verified, never from the plaintext. */
  readonly senderLeaf: number
  /** Who sat on that leaf in that epoch. */
  readonly senderIdentity: Bytes
  readonly plaintext: Bytes
  readonly state: MlsState
}

/** Of this epoch or one of the last few. Null for everything that does not open, another group's messages included. */
export async function openApplication(state: MlsState, bytes: Bytes): Promise<OpenedApplication | null> {
  const message = privateMessage(bytes)
  if (message?.contentType !== 'application') return null
  const past = state.historicalReceiverData.get(message.epoch)
  const at = ofEpoch(state, message)
    ? { ...state, senderDataSecret: state.keySchedule.senderDataSecret }
    : sameGroup(state, message)
      ? past
      : undefined
  if (!at) return null
  try {
    const opened = await unprotectPrivateMessage(
      at.senderDataSecret,
      message,
      at.secretTree,
      at.ratchetTree,
      at.groupContext,
      config.keyRetentionConfig,
      await cs(),
    )
    const { content } = opened.content
    if (content.contentType !== 'application' || content.sender.senderType !== 'member') return null
    const identity = leavesOf(at.ratchetTree).find(
      (leaf) => leaf.leafIndex === (content.sender.senderType === 'member' ? content.sender.leafIndex : -1),
    )?.identity
    if (!identity) return null
    const next =
      past && at === past
        ? { ...state, historicalReceiverData: new Map(state.historicalReceiverData).set(message.epoch, { ...past, secretTree: opened.tree }) }
        : { ...state, secretTree: opened.tree }
    return {
      epoch: Number(message.epoch),
      senderLeaf: content.sender.leafIndex,
      senderIdentity: identity,
      plaintext: own(content.applicationData),
      state: next,
    }
  } catch {
    return null
  }
}

export const leaves = (state: MlsState): readonly Leaf[] => leavesOf(state.ratchetTree)

function leavesOf(tree: MlsState['ratchetTree']): readonly Leaf[] {
  return tree.flatMap((node, index): Leaf[] => {
    if (index % 2 !== 0 || node?.nodeType !== 'leaf') return []
    const { credential, signaturePublicKey } = node.leaf
    return [
      {
        leafIndex: index / 2,
        identity: credential.credentialType === 'basic' ? own(credential.identity) : new Uint8Array(0),
        signatureKey: own(signaturePublicKey),
      },
    ]
  })
}

export const ownLeaf = (state: MlsState): number => state.privatePath.leafIndex
export const epochOf = (state: MlsState): number => Number(state.groupContext.epoch)
export const groupIdOf = (state: MlsState): Bytes => own(state.groupContext.groupId)
export const transcriptOf = (state: MlsState): Bytes => own(state.groupContext.confirmedTranscriptHash)
export const authenticatorOf = (state: MlsState): Bytes => own(state.keySchedule.epochAuthenticator)

/** Null unless the group context has exactly our one extension. */
export function policyHashOf(state: MlsState): Bytes | null {
  const [only, ...rest] = state.groupContext.extensions
  return rest.length === 0 && only?.extensionType === POLICY_EXTENSION ? own(only.extensionData) : null
}

export const exportMediaSecret = async (state: MlsState): Promise<Bytes> =>
  own(await mlsExporter(state.keySchedule.exporterSecret, 'SFrame 1.0 Base Key', new Uint8Array(0), 32, await cs()))

/** The next S (spec/5-group.md, Host): known to the members of this epoch, and to nobody whom its commit removed. */
export const exportNextSecret = async (state: MlsState): Promise<Bytes> =>
  own(await mlsExporter(state.keySchedule.exporterSecret, 'incamera/1 next S', new Uint8Array(0), 32, await cs()))

/** The group that a handshake or application message says it is of; null when it is no such message. */
export const claimedGroup = (bytes: Bytes): Bytes | null => {
  const message = privateMessage(bytes)
  return message ? own(message.groupId) : null
}

async function unprotect(state: MlsState, message: PrivateMessage) {
  const opened = await unprotectPrivateMessage(
    state.keySchedule.senderDataSecret,
    message,
    state.secretTree,
    state.ratchetTree,
    state.groupContext,
    config.keyRetentionConfig,
    await cs(),
  )
  const { content } = opened.content
  if (content.sender.senderType !== 'member') throw new Error('not a member')
  return { content, senderLeaf: content.sender.leafIndex }
}

const sameGroup = (state: MlsState, message: PrivateMessage): boolean => equal(message.groupId, state.groupContext.groupId)
const ofEpoch = (state: MlsState, message: PrivateMessage): boolean => sameGroup(state, message) && message.epoch === state.groupContext.epoch

function privateMessage(bytes: Bytes): PrivateMessage | null {
  const message = decode(bytes)
  return message?.wireformat === 'mls_private_message' ? message.privateMessage : null
}

const encode = (message: MLSMessage): Bytes => own(encodeMlsMessage(message))

function decode(bytes: Bytes): MLSMessage | null {
  if (bytes.length > MESSAGE_BYTES_MAX) return null
  try {
    const decoded = decodeMlsMessage(bytes, 0)
    // The library accepts lengths that are not minimal; only the one canonical form is a message here.
    return decoded && decoded[1] === bytes.length && equal(encodeMlsMessage(decoded[0]), bytes) ? decoded[0] : null
  } catch {
    return null
  }
}
