/** The code that a device shows for another to read (spec/10-verification.md): incamera1.<device key>.<epoch code without blanks>. */
import type { Bytes } from '../bytes/bytes'
import { fromB64u } from '../bytes/text'

const FORM = /^incamera1\.([A-Za-z0-9_-]{43})\.([0-9]{30})$/

export interface Pin {
  readonly devicePublicKey: Bytes
  /** In six groups, as it is shown. */
  readonly epochCode: string
}

/** Null for any other text. Trust: whoever showed it. */
export function parsePin(text: string): Pin | null {
  const [, device, digits] = FORM.exec(text.trim()) ?? []
  const devicePublicKey = device === undefined ? null : fromB64u(device)
  if (devicePublicKey === null || digits === undefined) return null
  return { devicePublicKey, epochCode: (digits.match(/.{5}/g) ?? []).join(' ') }
}
