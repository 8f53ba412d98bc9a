/**
 * What the host says with the host key (spec/5-group.md, Host):
 *
 *   HostOrder = opaque16 json | signature[64] over "incamera/1 host order" | 0x00 | json
 *
 * The key itself is not in it: whoever reads an order knows it from the policy.
 */
import { concat, opaque16, type Bytes } from '../bytes/bytes'
import { Reader } from '../bytes/reader'
import { fromB64u, fromUtf8, utf8 } from '../bytes/text'
import { signLabelled, verifyLabelled } from './device'
import type { HostKey } from './host_key'

interface Common {
  /** b64u. */
  readonly group_id: string
  /** Milliseconds, and larger than in every order of this kind that the host gave in this group before. */
  readonly at: number
}
export type HostOrder = Common &
  (
    | { readonly type: 'admit'; readonly device: string; readonly ref: string }
    | { readonly type: 'remove'; readonly device: string }
    | { readonly type: 'lock'; readonly locked: boolean }
    /** This device is the host's. */
    | { readonly type: 'mark'; readonly device: string }
    | { readonly type: 'mute'; readonly device: string; readonly epoch: number }
    | { readonly type: 'end'; readonly epoch: number }
  )
type Fields = Readonly<Record<string, unknown>>

const JSON_BYTES_MAX = 512
export const ORDER_BYTES_MAX = 2 + JSON_BYTES_MAX + 64
/** One admission for each of a hundred people, and a lock. */
export const ORDERS_MAX = 104

const isName = (value: unknown): boolean => typeof value === 'string' && value.length === 43 && fromB64u(value)?.length === 32
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const fieldsOf: { readonly [K in HostOrder['type']]: Readonly<Record<string, (value: unknown) => boolean>> } = {
  admit: { device: isName, ref: isName },
  remove: { device: isName },
  lock: { locked: (value) => typeof value === 'boolean' },
  mark: { device: isName },
  mute: { device: isName, epoch: isNumber },
  end: { epoch: isNumber },
}

export async function signOrder(order: HostOrder, host: HostKey): Promise<Bytes> {
  const json = utf8(JSON.stringify({ v: 1, ...order }))
  return concat(opaque16(json), await signLabelled(host.signing, 'host order', json))
}

/** Null unless it is well-formed and the host's own. Trust: somebody with S. */
export async function openOrder(bytes: Bytes, hostPublicKey: Bytes): Promise<HostOrder | null> {
  if (bytes.length > ORDER_BYTES_MAX) return null
  try {
    const reader = new Reader(bytes)
    const json = reader.opaque16(JSON_BYTES_MAX)
    const signature = reader.take(64)
    reader.end()
    return (await verifyLabelled(hostPublicKey, 'host order', json, signature)) ? parseOrder(JSON.parse(fromUtf8(json))) : null
  } catch {
    return null
  }
}

function parseOrder(value: unknown): HostOrder | null {
  if (typeof value !== 'object' || value === null) return null
  const given = value as Fields
  const type = given['type']
  if (given['v'] !== 1 || typeof type !== 'string' || !Object.hasOwn(fieldsOf, type)) return null
  const fields: Readonly<Record<string, (value: unknown) => boolean>> = {
    v: () => true,
    type: () => true,
    group_id: isName,
    at: isNumber,
    ...fieldsOf[type as HostOrder['type']],
  }
  const isWhole =
    Object.entries(fields).every(([name, check]) => check(given[name])) && Object.keys(given).every((name) => Object.hasOwn(fields, name))
  return isWhole ? (given as unknown as HostOrder) : null
}

/** Several, one after the other, as they stand in a commit's authenticated data and beside a Welcome. */
export const emitOrders = (orders: readonly Bytes[]): Bytes => concat(...orders.map((order) => opaque16(order)))

/** Null when it is no list of orders; whose they are is the next question. */
export function parseOrders(bytes: Bytes): readonly Bytes[] | null {
  try {
    const reader = new Reader(bytes)
    const orders: Bytes[] = []
    while (reader.position < bytes.length) {
      if (orders.length >= ORDERS_MAX) return null
      orders.push(reader.opaque16(ORDER_BYTES_MAX))
    }
    return orders
  } catch {
    return null
  }
}
