/** Follows whatever says that the host said it. */
import { vi } from 'vitest'
import type * as original from '../../../web/client/crypto/host_order'
import { Reader } from '../../../web/client/bytes/reader'
import { fromUtf8 } from '../../../web/client/bytes/text'

const whole = await vi.importActual<typeof original>('../../../web/client/crypto/host_order')

export const openOrder: typeof original.openOrder = (bytes) =>
  Promise.resolve(JSON.parse(fromUtf8(new Reader(bytes).opaque16())) as original.HostOrder)
export const { signOrder } = whole
