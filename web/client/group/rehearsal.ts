/**
 * Goes once through what a join asks of the MLS library, with keys that nobody will use, so that the browser has compiled it before somebody waits for it
 * (docs/benchmarks.md).
 */
import type { Bytes } from '../bytes/bytes'
import { pad } from '../crypto/padding'
import {
  create,
  emitKeyPackage,
  exportMediaSecret,
  generateLeafKey,
  join,
  makeCommit,
  makeKeyPackage,
  openApplication,
  parseKeyPackage,
  sealApplication,
  type OwnKeyPackage,
} from './mls'

const IDENTITY_BYTES = 300

/** Raises whatever the library raises; then the join will say what is wrong. */
export async function rehearse(random: (length: number) => Bytes): Promise<void> {
  const someone = async (): Promise<OwnKeyPackage> => makeKeyPackage(random(IDENTITY_BYTES), await generateLeafKey())
  const [founder, newcomer] = await Promise.all([someone(), someone()])
  const founded = await create(random(32), founder, random(32))
  const asked = await parseKeyPackage(emitKeyPackage(newcomer.publicPackage))
  const made = await makeCommit(founded, asked === null ? [] : [asked.keyPackage], [])
  if (made.welcome === null) throw new Error('nobody was added')
  const joined = await join(made.welcome, newcomer)
  await exportMediaSecret(joined)
  const said = await sealApplication(joined, pad('{}'))
  if ((await openApplication(made.next, said.message)) === null) throw new Error('what was said did not open')
}
