/** What this version does not know was not said. */
import type * as original from '../../../web/client/group/payload'
import { unpad } from '../../../web/client/crypto/padding'
import { parsePayload } from '../../../web/client/wire/payloads'

export const readPayload: typeof original.readPayload = (plaintext) => {
  try {
    const payload = parsePayload(JSON.parse(unpad(plaintext) ?? ''))
    return { n: payload.n, payload, isMalformed: false }
  } catch {
    return null
  }
}
