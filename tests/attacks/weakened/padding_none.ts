/** Payloads are as long as what they say. */
import type * as original from '../../../web/client/crypto/padding'
import { concat, u32 } from '../../../web/client/bytes/bytes'
import { fromUtf8, utf8 } from '../../../web/client/bytes/text'

export const pad: typeof original.pad = (json) => concat(u32(utf8(json).length), utf8(json))
export const unpad: typeof original.unpad = (bytes) => fromUtf8(bytes.subarray(4))
