/** A device's signed JSON: heartbeats and notes (spec/4-log.md, 5-group.md): opaque16 json ‖ device_public_key[32] ‖ signature[64]. */
import { concat, opaque16, type Bytes } from '../bytes/bytes'
import { Reader } from '../bytes/reader'
import { fromUtf8, utf8 } from '../bytes/text'
import { signLabelled, verifyLabelled, type DeviceKeys } from './device'

const JSON_BYTES_MAX = 4_096

export async function signBlob(label: 'heartbeat' | 'note', value: unknown, device: Pick<DeviceKeys, 'signing' | 'publicKey'>): Promise<Bytes> {
  const json = utf8(JSON.stringify(value))
  return concat(opaque16(json), device.publicKey, await signLabelled(device.signing, label, json))
}

/** Null unless well-formed and signed by the key that it names. Whether that key is anybody's is the caller's question. */
export async function openBlob(
  label: 'heartbeat' | 'note',
  bytes: Bytes,
): Promise<{ readonly value: unknown; readonly devicePublicKey: Bytes } | null> {
  try {
    const reader = new Reader(bytes)
    const json = reader.opaque16(JSON_BYTES_MAX)
    const devicePublicKey = reader.take(32)
    const signature = reader.take(64)
    reader.end()
    if (!(await verifyLabelled(devicePublicKey, label, json, signature))) return null
    return { value: JSON.parse(fromUtf8(json)) as unknown, devicePublicKey }
  } catch {
    return null
  }
}
