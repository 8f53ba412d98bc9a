/** The request to be let in: a key package of our own, said again for as long as we wait for the host (spec/5-group.md, Joining and Host). */
import type { Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import { ADMISSION_S, makeCredential } from '../crypto/credential'
import { signOrder } from '../crypto/host_order'
import type { GroupContext } from './context'
import { makeKeyPackage, type OwnKeyPackage } from './mls'
import { generateLeafKey } from './suite'

export const NO_ADMISSION: Bytes = new Uint8Array(0)
/** Before the credential in it is too old to be taken. */
export const RENEW_MS = (ADMISSION_S - 60) * 1_000

export interface Own {
  readonly keyPackage: OwnKeyPackage
  readonly credential: Bytes
  /** The host admits its own device; everybody else's is empty. */
  readonly admission: Bytes
}

export async function makeOwn(context: GroupContext, groupId: Bytes, now_ms: number): Promise<Own> {
  const leafSignatureKey = await generateLeafKey()
  const wish = {
    roomId: context.roomId,
    groupId,
    leafSignatureKey,
    expiresAt: Math.floor(now_ms / 1_000) + ADMISSION_S,
    displayName: context.displayName,
  }
  const credential = await makeCredential(wish, context.device, context.admit)
  const keyPackage = await makeKeyPackage(credential, leafSignatureKey)
  return { keyPackage, credential, admission: await admitOurselves(context, groupId, keyPackage, now_ms) }
}

async function admitOurselves({ device, host }: GroupContext, groupId: Bytes, keyPackage: OwnKeyPackage, now_ms: number): Promise<Bytes> {
  if (host === undefined) return NO_ADMISSION
  const [group_id, of, ref] = [b64u(groupId), b64u(device.publicKey), b64u(keyPackage.ref)]
  return signOrder({ type: 'admit', group_id, at: Math.floor(now_ms), device: of, ref }, host.key)
}

/** Whether the host has to let us in before anything else. */
export const isGuest = ({ policy, host }: GroupContext): boolean => policy.policy.waiting_room && host === undefined
