/** What the rest of the worker needs to know of an epoch: who is in it, its code, and the secret of its media. */
import { epochCode } from '../crypto/epoch_code'
import { authenticatorOf, epochOf, exportMediaSecret, ownLeaf, type MlsState } from './mls'
import type { Output } from './output'
import type { Roster } from './roster'

export async function epochOutput(
  state: MlsState,
  roster: Roster,
  added: readonly number[],
  removed: readonly number[],
): Promise<Extract<Output, { type: 'epoch' }>> {
  const people = [...roster.values()].map((entry) => ({ leafIndex: entry.leafIndex, devicePublicKey: entry.credential.devicePublicKey }))
  const [code, mediaSecret] = await Promise.all([epochCode(authenticatorOf(state), people), exportMediaSecret(state)])
  return {
    type: 'epoch',
    epoch: epochOf(state),
    epochCode: code,
    epochAuthenticator: authenticatorOf(state),
    ownLeaf: ownLeaf(state),
    roster,
    added,
    removed,
    mediaSecret,
  }
}
