/** Runs of the emoji comparison, as both languages make them. */
import { describe, expect, it } from 'vitest'
import { hex } from '../../web/client/bytes/text'
import { rosterHash, type RosterDevice } from '../../web/client/crypto/roster_hash'
import { sasNumbers } from '../../web/client/crypto/sas'
import { commitmentOf, opens, type RunPlace } from '../../web/client/crypto/sas_commitment'
import { LANGUAGES, load, raw, type Topics } from './vector_file'

type Placed = Pick<Topics['sas']['cases'][number], 'run_id' | 'epoch_authenticator' | 'roster'>

async function placed(one: Placed): Promise<{ readonly place: RunPlace; readonly member: (leaf: number) => RosterDevice }> {
  const roster = one.roster.map((row) => ({ leafIndex: row.leaf_index, devicePublicKey: raw(row.device_public_key) }))
  const member = (leaf: number): RosterDevice => roster.find(({ leafIndex }) => leafIndex === leaf) ?? { leafIndex: leaf, devicePublicKey: raw('') }
  const place = { runId: raw(one.run_id), epochAuthenticator: raw(one.epoch_authenticator), rosterHash: await rosterHash(roster) }
  return { place, member }
}

describe.each(LANGUAGES)('vectors made by %s', (language) => {
  it.each(load(language, 'sas').cases)('show the emoji $numbers', async (one) => {
    const { place, member } = await placed(one)
    for (const { leaf_index, commitment, nonce } of one.revealed)
      expect(hex(await commitmentOf(place, member(leaf_index), raw(nonce)))).toBe(commitment)
    const revealed = one.revealed.map((row) => ({ leafIndex: row.leaf_index, commitment: raw(row.commitment), nonce: raw(row.nonce) }))
    expect(await sasNumbers(place, revealed)).toEqual(one.numbers)
  })

  it.each(load(language, 'sas').refused)('do not open a commitment $why', async (one) => {
    const { place, member } = await placed(one)
    expect(await opens(raw(one.commitment), place, member(one.leaf_index), raw(one.nonce))).toBe(false)
  })
})
