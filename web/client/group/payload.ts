/** The plaintext of an application message (spec/6-payloads.md). Trust: a member. */
import type { Bytes } from '../bytes/bytes'
import { unpad } from '../crypto/padding'
import { parsePayload, payloadTypes, type Payload } from '../wire/payloads'

export interface SaidPayload {
  /** The sender's number of it: what cannot be understood is counted all the same, else everything after it would wait for it. */
  readonly n: number
  /** Null for what is malformed, and for a type that only newer versions know: that one is no fault. */
  readonly payload: Payload | null
  readonly isMalformed: boolean
}

/** Null when not even the number can be read. */
export function readPayload(plaintext: Bytes): SaidPayload | null {
  const json = unpad(plaintext)
  if (json === null) return null
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null) return null
    const { type, n } = value as { readonly type?: unknown; readonly n?: unknown }
    if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0) return null
    if (typeof type === 'string' && !payloadTypes.has(type)) return { n, payload: null, isMalformed: false }
    return { n, ...checked(value) }
  } catch {
    return null
  }
}

function checked(value: object): { readonly payload: Payload | null; readonly isMalformed: boolean } {
  try {
    return { payload: parsePayload(value), isMalformed: false }
  } catch {
    return { payload: null, isMalformed: true }
  }
}
