/** What a refusal in the log says to a joiner (spec/4-log.md): something only when it is about the joiner's own key package. */
import { equal, type Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'

const CODES: ReadonlySet<unknown> = new Set(['denied.room-full', 'denied.room-gone', 'denied.admission-expired', 'denied.room-locked'])

/**
 * The code to show; null when the note is for somebody else or is none. Where the host decides who comes in, and where it says that the host did, only
 * a note that the host signed counts.
 */
export function refusalFor(
  note: { readonly value: unknown; readonly devicePublicKey: Bytes } | null,
  keyPackageRef: Bytes,
  hostPublicKey: Bytes,
  hostDecides: boolean,
): string | null {
  const value = note?.value
  if (typeof value !== 'object' || value === null) return null
  const fields = value as Readonly<Record<string, unknown>>
  if (fields['key_package_ref'] !== b64u(keyPackageRef)) return null
  const isHosts = equal(note?.devicePublicKey ?? new Uint8Array(0), hostPublicKey)
  if (isHosts && fields['code'] === 'denied.refused') return 'denied.refused'
  if (hostDecides && !isHosts) return null
  return CODES.has(fields['code']) ? String(fields['code']) : 'denied.room-or-key'
}
