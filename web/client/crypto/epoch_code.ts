/** The thirty digits that people compare (spec/10-verification.md). */
import { concat, type Bytes } from '../bytes/bytes'
import { domain } from './labels'
import { rosterHash, type RosterDevice } from './roster_hash'

export async function epochCode(epochAuthenticator: Bytes, roster: readonly RosterDevice[]): Promise<string> {
  const key = await crypto.subtle.importKey('raw', epochAuthenticator, 'HKDF', false, ['deriveBits'])
  const info = concat(domain('epoch code'), await rosterHash(roster))
  const bytes = new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }, key, 240))
  return Array.from({ length: 6 }, (_, group) => {
    const number = bytes.subarray(group * 5, group * 5 + 5).reduce((sum, byte) => sum * 256 + byte, 0)
    return String(number % 100_000).padStart(5, '0')
  }).join(' ')
}
