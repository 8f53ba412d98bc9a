/** Bodies of log entries inside the envelope (spec/4-log.md). Parsers give null for anything malformed. */
import { concat, opaque16, opaque32, type Bytes } from '../bytes/bytes'
import { Reader } from '../bytes/reader'
import { CREDENTIAL_BYTES_MAX } from '../crypto/credential'

const MESSAGE_BYTES_MAX = 65_536

export interface Genesis {
  readonly groupId: Bytes
  readonly policyHash: Bytes
  readonly credential: Bytes
}

export const emitGenesis = (genesis: Genesis): Bytes => concat(genesis.groupId, genesis.policyHash, opaque16(genesis.credential))

export const parseGenesis = (bytes: Bytes): Genesis | null =>
  whole(bytes, (reader) => ({ groupId: reader.take(32), policyHash: reader.take(32), credential: reader.opaque16(CREDENTIAL_BYTES_MAX) }))

export const emitJoin = (keyPackage: Bytes): Bytes => opaque32(keyPackage)

export const parseJoin = (bytes: Bytes): Bytes | null => whole(bytes, (reader) => reader.opaque32(MESSAGE_BYTES_MAX))

export interface WelcomeBody {
  readonly keyPackageRef: Bytes
  readonly welcome: Bytes
}

export const emitWelcome = (body: WelcomeBody): Bytes => concat(body.keyPackageRef, opaque32(body.welcome))

export const parseWelcome = (bytes: Bytes): WelcomeBody | null =>
  whole(bytes, (reader) => ({ keyPackageRef: reader.take(32), welcome: reader.opaque32(MESSAGE_BYTES_MAX) }))

function whole<T>(bytes: Bytes, read: (reader: Reader) => T): T | null {
  try {
    const reader = new Reader(bytes)
    const value = read(reader)
    reader.end()
    return value
  } catch {
    return null
  }
}
