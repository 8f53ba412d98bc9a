/** The thirty digits that people compare (spec/10-verification.md). */
import { concat, type Bytes } from '../bytes/bytes'
import { domain, expand } from './labels'
import { rosterHash, type RosterDevice } from './roster_hash'

export async function epochCode(epochAuthenticator: Bytes, roster: readonly RosterDevice[]): Promise<string> {
  const bytes = await expand(epochAuthenticator, concat(domain('epoch code'), await rosterHash(roster)), 30)
  return Array.from({ length: 6 }, (_, group) => {
    const number = bytes.subarray(group * 5, group * 5 + 5).reduce((sum, byte) => sum * 256 + byte, 0)
    return String(number % 100_000).padStart(5, '0')
  }).join(' ')
}
