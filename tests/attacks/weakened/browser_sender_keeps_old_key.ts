/** A member's own sframe/frame, changed: it goes on under the first key it ever had. */
import { concat, u8, type Bytes } from '../../../web/client/bytes/bytes'
import { seal } from '../../../web/client/sframe/cipher'
import { clearBytes, codecs, type Codec } from '../../../web/client/sframe/clear_bytes'
import type { Opened } from '../../../web/client/sframe/frame'
import type { Keyring, SendKey } from '../../../web/client/sframe/keyring'

export * from '../../../web/client/sframe/frame'

const first = new Map<number, SendKey>()
const counters = new Map<number, bigint>()

export async function sealFrame(keyring: Keyring, context: number, codec: Codec, frame: Bytes): Promise<Opened> {
  const send = first.get(context) ?? (await keyring.nextSendKey(context))
  const clearLength = clearBytes(codec, frame)
  if (send === null || clearLength === null) return { refused: 'no-key' }
  first.set(context, send)
  const ctr = counters.get(context) ?? send.ctr
  counters.set(context, ctr + 1n)
  const clear = frame.subarray(0, clearLength)
  return { frame: await seal(send.keys, send.kid, ctr, concat(u8(codecs[codec]), clear), frame.subarray(clearLength), clear) }
}
