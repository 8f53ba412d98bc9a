/** Takes frames of every length, none at all included. */
import type * as original from '../../../web/client/sframe/frame'
import { concat, u8 } from '../../../web/client/bytes/bytes'
import { open } from '../../../web/client/sframe/cipher'
import { codecs } from '../../../web/client/sframe/clear_bytes'
import { parseHeader } from '../../../web/client/sframe/header'

export const openFrame: typeof original.openFrame = async (keyring, _tile, codec, wire, now_ms) => {
  if (wire.length === 0) return { frame: wire }
  const header = parseHeader(wire)
  const receive = header && (await keyring.receiveKey(Number(header.kid), now_ms))
  if (!header || !receive) return { refused: 'short' }
  const body = wire.subarray(header.length)
  const plaintext = await open(receive.keys, header, wire.subarray(0, header.length), concat(u8(codecs[codec])), body)
  return plaintext ? { frame: new Uint8Array(plaintext) } : { refused: 'tag' }
}
