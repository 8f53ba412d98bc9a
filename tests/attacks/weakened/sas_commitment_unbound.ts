/** A commitment is to a nonce, wherever it is used and by whom. */
import { equal, type Bytes } from '../../../web/client/bytes/bytes'
import { sha256 } from '../../../web/client/crypto/labels'

export const commitmentOf = (_place: unknown, _member: unknown, nonce: Bytes): Promise<Bytes> => sha256(nonce)

export const opens = async (commitment: Bytes, _place: unknown, _member: unknown, nonce: Bytes): Promise<boolean> =>
  equal(commitment, await sha256(nonce))
