/** What spec/vectors/typescript holds: made by the code of web/client from inputs that never change. */
import { credential, digest, epochCodes, name, padding, signedBlob } from './typescript_members'
import { media, replay, sframeHeader } from './typescript_media'
import { sas } from './typescript_runs'
import { envelope, hostOrder, labels, link, policy } from './typescript_rooms'

/** Text that no editor shows or changes is written as escapes. */
const ascii = (json: string): string => json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** The whole content of each file, one case on a line. */
export async function files(): Promise<ReadonlyMap<string, string>> {
  const makers = {
    labels,
    link,
    envelope,
    policy,
    host_order: hostOrder,
    credential,
    name,
    signed_blob: signedBlob,
    padding,
    epoch_code: epochCodes,
    sas,
    digest,
    sframe_header: sframeHeader,
    media,
    replay,
  }
  const lines = (rows: readonly unknown[]): string =>
    rows.length === 0 ? '[]' : `[\n  ${rows.map((row) => ascii(JSON.stringify(row))).join(',\n  ')}\n ]`
  const texts = Object.entries(makers).map(async ([topic, make]) => {
    const { cases, refused } = await make()
    return [topic, `{\n "made_by": "typescript",\n "topic": "${topic}",\n "cases": ${lines(cases)},\n "refused": ${lines(refused)}\n}\n`] as const
  })
  return new Map(await Promise.all(texts))
}
