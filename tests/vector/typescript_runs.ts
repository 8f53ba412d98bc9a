/** Cases of the emoji comparison in spec/10-verification.md. */
import { hex } from '../../web/client/bytes/text'
import { rosterHash } from '../../web/client/crypto/roster_hash'
import { sasNumbers } from '../../web/client/crypto/sas'
import { commitmentOf } from '../../web/client/crypto/sas_commitment'
import { bytesOf } from './seeds'
import type { Topics } from './vector_file'

type Sas = Topics['sas']

async function run(leaves: readonly number[], number: number): Promise<Sas['cases'][number]> {
  const runId = bytesOf(`run ${number}`, 16)
  const epochAuthenticator = bytesOf(`authenticator ${number}`)
  const roster = leaves.map((leafIndex) => ({ leafIndex, devicePublicKey: bytesOf(`device ${leafIndex}`) }))
  const place = { runId, epochAuthenticator, rosterHash: await rosterHash(roster) }
  const revealed = await Promise.all(
    roster.map(async (member) => {
      const nonce = bytesOf(`nonce ${number} ${member.leafIndex}`)
      return { leafIndex: member.leafIndex, nonce, commitment: await commitmentOf(place, member, nonce) }
    }),
  )
  return {
    run_id: hex(runId),
    epoch_authenticator: hex(epochAuthenticator),
    roster: roster.map((member) => ({ leaf_index: member.leafIndex, device_public_key: hex(member.devicePublicKey) })),
    revealed: revealed.map((one) => ({ leaf_index: one.leafIndex, commitment: hex(one.commitment), nonce: hex(one.nonce) })),
    numbers: await sasNumbers(place, revealed),
  }
}

export async function sas(): Promise<Sas> {
  const rosters = [[0, 1], [1, 0], [2, 127, 9], Array.from({ length: 30 }, (_, leaf) => leaf)]
  const cases = await Promise.all(rosters.map(run))
  const { run_id, epoch_authenticator, roster, revealed } = await run([0, 1], 0)
  const first = revealed[0]
  if (!first) throw new Error('nobody revealed')
  const opening = { run_id, epoch_authenticator, roster, ...first }
  const refused = [
    { ...opening, nonce: hex(bytesOf('another')), why: 'another nonce' },
    { ...opening, run_id: hex(bytesOf('another', 16)), why: 'of another run' },
    { ...opening, epoch_authenticator: hex(bytesOf('another')), why: 'of another epoch' },
    { ...opening, leaf_index: 1, why: 'of another leaf' },
    { ...opening, roster: roster.slice(0, 1), why: 'of another roster' },
  ]
  return { cases, refused }
}
