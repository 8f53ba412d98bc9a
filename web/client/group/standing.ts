/**
 * What the host ordered in this group and still holds (spec/5-group.md, Host): the lock, who was admitted, and whether somebody was removed.
 * All of it comes in commits, so that everyone who follows them knows the same; who joins later gets it beside the Welcome.
 */
import type { Bytes } from '../bytes/bytes'
import { b64u } from '../bytes/text'
import { openOrder, parseOrders, type HostOrder } from '../crypto/host_order'
import { isFresh } from './order_fresh'

export interface OpenedOrder {
  readonly order: HostOrder
  readonly bytes: Bytes
}

/** Null when one of them is not the host's, not of this group, or changes nothing that commits may change. */
export async function openCommitOrders(list: Bytes, groupId: Bytes, hostPublicKey: Bytes): Promise<readonly OpenedOrder[] | null> {
  const bytes = parseOrders(list)
  return bytes === null ? null : openAll(bytes, groupId, hostPublicKey)
}

export async function openAll(list: readonly Bytes[], groupId: Bytes, hostPublicKey: Bytes): Promise<readonly OpenedOrder[] | null> {
  const opened = await Promise.all(list.map((bytes) => openOrder(bytes, hostPublicKey)))
  const group = b64u(groupId)
  const orders: OpenedOrder[] = []
  for (const [at, order] of opened.entries()) {
    const bytes = list[at]
    const isOurs = order?.group_id === group && (order.type === 'admit' || order.type === 'remove' || order.type === 'lock')
    if (!isOurs || !bytes) return null
    orders.push({ order, bytes })
  }
  return orders
}

export class Standing {
  private lock: { readonly at: number; readonly locked: boolean; readonly bytes: Bytes } | null = null
  /** By device. Bounds: those who are in, by `keep`. */
  private readonly admissions = new Map<string, OpenedOrder>()
  private closing = false

  constructor(private readonly hasWaitingRoom: boolean) {}

  get isLocked(): boolean {
    return this.lock?.locked === true
  }
  get lockedAt(): number {
    return this.lock?.at ?? 0
  }
  /** Somebody was removed: everybody moves on to a new group, and this one takes nobody in any more. */
  get isClosing(): boolean {
    return this.closing
  }
  get mustBeAdmitted(): boolean {
    return this.hasWaitingRoom || this.isLocked
  }

  adopt(orders: readonly OpenedOrder[]): void {
    for (const one of orders) {
      const { order, bytes } = one
      if (order.type === 'lock' && isFresh(order.at, this.lockedAt)) this.lock = { at: order.at, locked: order.locked, bytes }
      else if (order.type === 'admit') this.admissions.set(order.device, one)
      else if (order.type === 'remove') this.closing = true
    }
  }

  keep(devices: ReadonlySet<string>): void {
    for (const device of this.admissions.keys()) if (!devices.has(device)) this.admissions.delete(device)
  }

  /** For those who join now. */
  get orders(): readonly Bytes[] {
    return [...[...this.admissions.values()].map(({ bytes }) => bytes), ...(this.lock ? [this.lock.bytes] : [])]
  }
}
