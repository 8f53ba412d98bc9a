/** What a refusal in the log says to a joiner (spec/4-log.md): something only when it is about the joiner's own key package. */
import type { Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'

const CODES: ReadonlySet<unknown> = new Set(['denied.room-full', 'denied.room-gone', 'denied.admission-expired'])

/** The code to show; null when the note is for somebody else or is none. */
export function refusalFor(note: { readonly value: unknown } | null, keyPackageRef: Bytes): string | null {
  const value = note?.value
  if (typeof value !== 'object' || value === null) return null
  const fields = value as Readonly<Record<string, unknown>>
  if (fields['key_package_ref'] !== b64u(keyPackageRef)) return null
  return CODES.has(fields['code']) ? String(fields['code']) : 'denied.room-or-key'
}
