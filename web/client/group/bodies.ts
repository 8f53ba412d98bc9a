/** Bodies of log entries inside the envelope (spec/4-log.md). Parsers give null for anything malformed. */
import { concat, opaque16, opaque32, type Bytes } from '../bytes/bytes'
import { Reader } from '../bytes/reader'
import { CREDENTIAL_BYTES_MAX } from '../crypto/credential'
import { emitOrders, ORDER_BYTES_MAX, ORDERS_MAX, parseOrders } from '../crypto/host_order'

const MESSAGE_BYTES_MAX = 65_536
const NOTHING: Bytes = new Uint8Array(0)

export interface Genesis {
  readonly groupId: Bytes
  readonly policyHash: Bytes
  readonly credential: Bytes
  /** The host's admission of the creator; empty where nobody has to be admitted. */
  readonly admission: Bytes
}

export const emitGenesis = (genesis: Genesis): Bytes =>
  concat(genesis.groupId, genesis.policyHash, opaque16(genesis.credential), opaque16(genesis.admission))

export const parseGenesis = (bytes: Bytes): Genesis | null =>
  whole(bytes, (reader) => ({
    groupId: reader.take(32),
    policyHash: reader.take(32),
    credential: reader.opaque16(CREDENTIAL_BYTES_MAX),
    admission: reader.opaque16(ORDER_BYTES_MAX),
  }))

export interface JoinBody {
  readonly keyPackage: Bytes
  /** The host's admission of its own device; of others it is empty. */
  readonly admission: Bytes
}

export const emitJoin = (keyPackage: Bytes, admission: Bytes = NOTHING): Bytes => concat(opaque32(keyPackage), opaque16(admission))

export const parseJoin = (bytes: Bytes): JoinBody | null =>
  whole(bytes, (reader) => ({ keyPackage: reader.opaque32(MESSAGE_BYTES_MAX), admission: reader.opaque16(ORDER_BYTES_MAX) }))

export interface WelcomeBody {
  readonly keyPackageRef: Bytes
  readonly welcome: Bytes
  /** The host's orders that stand: admissions of those who are in, and a lock. */
  readonly orders: readonly Bytes[]
}

export const emitWelcome = (body: WelcomeBody): Bytes => concat(body.keyPackageRef, opaque32(body.welcome), opaque32(emitOrders(body.orders)))

export const parseWelcome = (bytes: Bytes): WelcomeBody | null =>
  whole(bytes, (reader) => {
    const keyPackageRef = reader.take(32)
    const welcome = reader.opaque32(MESSAGE_BYTES_MAX)
    const orders = parseOrders(reader.opaque32(ORDERS_MAX * (2 + ORDER_BYTES_MAX)))
    if (orders === null) throw new RangeError('no list of orders')
    return { keyPackageRef, welcome, orders }
  })

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
