/** A member's own sframe/frame, changed: its camera goes out under the key of its screen, its microphone under the key of the other member. */
import type { Bytes } from '../../../web/client/bytes/bytes'
import { concat, u8 } from '../../../web/client/bytes/bytes'
import { seal } from '../../../web/client/sframe/cipher'
import { clearBytes, codecs, type Codec } from '../../../web/client/sframe/clear_bytes'
import { sealFrame as sealOwn, type Opened } from '../../../web/client/sframe/frame'
import type { Keyring } from '../../../web/client/sframe/keyring'
import { contexts, makeKid, splitKid } from '../../../web/client/sframe/kid'

export * from '../../../web/client/sframe/frame'

let counter = 1_000_000n

export async function sealFrame(keyring: Keyring, context: number, codec: Codec, frame: Bytes): Promise<Opened> {
  if (context === contexts.camera) return sealOwn(keyring, contexts.screen, codec, frame)
  const send = await keyring.nextSendKey(context)
  const own = send === null ? null : splitKid(send.kid)
  const clearLength = clearBytes(codec, frame)
  if (send === null || own === null || clearLength === null) return { refused: 'no-key' }
  const kid = makeKid(context, own.leafIndex === 0 ? 1 : 0, send.kid % 16)
  const other = await keyring.receiveKey(kid, 0)
  if (other === null) return { refused: 'no-key' }
  const clear = frame.subarray(0, clearLength)
  return { frame: await seal(other.keys, kid, counter++, concat(u8(codecs[codec]), clear), frame.subarray(clearLength), clear) }
}
