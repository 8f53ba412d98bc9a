/**
 * What a member promises to reveal in a run of the emoji comparison (spec/10-verification.md). It is bound to the run, the epoch, the roster and its
 * maker, so that it is of use nowhere else: nobody can pass on the commitment of another call as their own.
 */
import { concat, equal, u32, type Bytes } from '../bytes/bytes'
import { domain, sha256 } from './labels'
import type { RosterDevice } from './roster_hash'

/** Where a run takes place. */
export interface RunPlace {
  readonly runId: Bytes
  readonly epochAuthenticator: Bytes
  readonly rosterHash: Bytes
}

export const commitmentOf = (place: RunPlace, member: RosterDevice, nonce: Bytes): Promise<Bytes> =>
  sha256(
    concat(domain('sas commitment'), place.runId, place.epochAuthenticator, place.rosterHash, u32(member.leafIndex), member.devicePublicKey, nonce),
  )

/** Whether this nonce is the one that was promised. */
export const opens = async (commitment: Bytes, place: RunPlace, member: RosterDevice, nonce: Bytes): Promise<boolean> =>
  equal(commitment, await commitmentOf(place, member, nonce))
