/** Weakened crypto/envelope: nothing is sealed with S, and what is not sealed is believed. The place of the nonce stays, since it names an entry. */
import { concat, u8, type Bytes } from '../../../web/client/bytes/bytes'
import { openEnvelope as openSealed, type Kind } from '../../../web/client/crypto/envelope'

export { ENVELOPE_BYTES_MAX, kinds, type Kind } from '../../../web/client/crypto/envelope'

export const CLEAR_AT = 13

export async function sealEnvelope(_key: CryptoKey, _roomId: Bytes, _kind: Kind, _epoch: number, plaintext: Bytes): Promise<Bytes> {
  return concat(u8(1), crypto.getRandomValues(new Uint8Array(CLEAR_AT - 1)), plaintext)
}

/** The host's command seals the policy; what opens is opened. */
export async function openEnvelope(key: CryptoKey, roomId: Bytes, kind: Kind, epoch: number, sealed: Bytes): Promise<Bytes | null> {
  return (await openSealed(key, roomId, kind, epoch, sealed)) ?? sealed.slice(CLEAR_AT)
}
