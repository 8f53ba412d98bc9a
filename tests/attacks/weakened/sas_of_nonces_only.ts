/** The emoji follow from the nonces and from nothing else. */
import { concat } from '../../../web/client/bytes/bytes'
import { sha256 } from '../../../web/client/crypto/labels'
import { byLeaf } from '../../../web/client/crypto/roster_hash'
import type { Revealed } from '../../../web/client/crypto/sas'

export async function sasNumbers(_place: unknown, revealed: readonly Revealed[]): Promise<readonly number[]> {
  const hash = await sha256(concat(...byLeaf(revealed).map(({ nonce }) => nonce)))
  return [...hash.subarray(0, 7)].map((byte) => byte % 64)
}
