/**
 * The host's orders in one group (spec/5-group.md, Host): those that came, believed only with the host's signature, and on the host's own device those
 * that go out. Where a rule is pure it stands in a file of its own: order_fresh.ts, admitted.ts, standing.ts.
 */
import type { Bytes } from '../bytes/bytes'
import { b64u, fromB64u } from '../bytes/text'
import { openOrder, type HostOrder } from '../crypto/host_order'
import type { Payload } from '../wire/payloads'
import { isAdmitted, type Asking } from './admitted'
import type { GroupContext } from './context'
import { HostDesk, type HostDecision, type Word } from './host_desk'
import { isFresh, isSaidIn } from './order_fresh'
import type { Output } from './output'
import type { Roster } from './roster'
import { openAll, Standing } from './standing'
import type { Rules } from './valid_commit'
import type { Joiner } from './waiting'

export type OrderPayload = Extract<Payload, { type: 'host' | 'order_mute' | 'order_end' }>
const saidBy = { host: 'mark', order_mute: 'mute', order_end: 'end' } as const satisfies Record<OrderPayload['type'], HostOrder['type']>

const devicesIn = (roster: Roster): ReadonlySet<string> => new Set([...roster.values()].map((entry) => b64u(entry.credential.devicePublicKey)))

export class HostCounter {
  readonly standing: Standing
  /** On the host's own device. */
  readonly desk: HostDesk | null
  /** Devices that proved to be the host's, in this group. */
  private readonly marked = new Set<string>()
  private lastAt = 0

  constructor(
    private readonly context: GroupContext,
    private readonly groupId: Bytes,
  ) {
    this.standing = new Standing(context.policy.policy.waiting_room)
    this.desk = context.host ? new HostDesk(context.host, groupId) : null
    if (this.desk) this.marked.add(b64u(context.device.publicKey))
  }

  get rules(): Rules {
    const { mustBeAdmitted, isClosing, lockedAt } = this.standing
    return { capacity: this.context.policy.policy.capacity, mustBeAdmitted, isClosing, lockedAt }
  }

  keep(roster: Roster): void {
    const devices = devicesIn(roster)
    this.standing.keep(devices)
    this.desk?.knows(devices)
    for (const device of this.marked) if (!devices.has(device)) this.marked.delete(device)
  }

  // -- what came ----------------------------------------------------------------------------------------------------------

  /** What a payload says that the host said, or why it does not count. `device`: of the leaf that sent it, by MLS. */
  async take(payload: OrderPayload, device: string, saidIn: number): Promise<'mark' | 'mute' | 'end' | 'none' | 'forged'> {
    const bytes = fromB64u(payload.order)
    const order = bytes === null ? null : await openOrder(bytes, this.context.policy.hostPublicKey)
    if (order?.type !== saidBy[payload.type] || order.group_id !== b64u(this.groupId)) return 'forged'
    if (order.type === 'mark') {
      if (order.device !== device) return 'forged'
      this.marked.add(device)
      return 'mark'
    }
    if (order.type !== 'mute' && order.type !== 'end') return 'forged'
    if (!isSaidIn(order.epoch, saidIn)) return 'forged'
    if (!isFresh(order.at, this.lastAt)) return 'forged'
    this.lastAt = order.at
    if (order.type === 'end') return 'end'
    return order.device === b64u(this.context.device.publicKey) ? 'mute' : 'none'
  }

  /** The admission that a request brings along, when it is the host's for this very request. */
  async admissionIn(carried: Bytes, asking: Asking): Promise<Bytes | null> {
    if (carried.length === 0) return null
    const opened = await openAll([carried], this.groupId, this.context.policy.hostPublicKey)
    return opened !== null &&
      isAdmitted(
        asking,
        opened.map(({ order }) => order),
      )
      ? carried
      : null
  }

  // -- what goes out ------------------------------------------------------------------------------------------------------

  wordFor(joiner: Joiner): Word {
    const { standing, desk } = this
    if (!standing.mustBeAdmitted && desk === null) return 'in'
    if (joiner.admission !== null) return 'in'
    if (desk !== null) {
      const word = desk.wordFor(joiner, standing.isLocked)
      return word === 'wait' && !standing.mustBeAdmitted ? 'in' : word
    }
    return this.context.policy.policy.waiting_room ? 'wait' : 'denied.room-locked'
  }

  /** For each of them who needs one: the host's admission, its own or one that it signs now. */
  async admissionsFor(joiners: readonly Joiner[], roster: Roster, now_ms: number): Promise<readonly Bytes[]> {
    if (!this.standing.mustBeAdmitted) return []
    const inside = devicesIn(roster)
    const admissions: Bytes[] = []
    for (const joiner of joiners) {
      const isBack = inside.has(b64u(joiner.credential.devicePublicKey))
      const admission = joiner.admission ?? (isBack ? null : ((await this.desk?.admissionOf(joiner, now_ms)) ?? null))
      if (admission !== null) admissions.push(admission)
    }
    return admissions
  }

  /** What the host wants and this group does not know yet; null when nothing. */
  async wish(
    roster: Roster,
    ownLeaf: number,
    now_ms: number,
  ): Promise<{ readonly remove: readonly number[]; readonly orders: readonly Bytes[] } | null> {
    const { desk, standing } = this
    if (desk === null) return null
    const leaving = [...roster.values()].filter(
      ({ leafIndex, credential }) => leafIndex !== ownLeaf && desk.wantedRemovals.has(b64u(credential.devicePublicKey)),
    )
    if (leaving.length > 0) {
      const orders = leaving.map(({ credential }) => desk.sign({ type: 'remove', device: b64u(credential.devicePublicKey) }, now_ms))
      return { remove: leaving.map(({ leafIndex }) => leafIndex), orders: await Promise.all(orders) }
    }
    const { wantedLock } = desk
    if (wantedLock === null || wantedLock === standing.isLocked) return null
    return { remove: [], orders: [await desk.sign({ type: 'lock', locked: wantedLock }, Math.max(now_ms, standing.lockedAt + 1))] }
  }

  /** An order to say at once, or null for what a commit has to make true. Raises Error when we are not the host. */
  async decide(decision: HostDecision, epoch: number, now_ms: number): Promise<Bytes | null> {
    const { desk } = this
    if (desk === null) throw new Error('not the host')
    switch (decision.what) {
      case 'admit':
      case 'refuse':
      case 'remove':
        desk[decision.what](decision.device)
        return null
      case 'lock':
        desk.wantedLock = decision.locked
        return null
      case 'mute':
        return desk.sign({ type: 'mute', device: decision.device, epoch }, now_ms)
      case 'end':
        return desk.sign({ type: 'end', epoch }, now_ms)
    }
  }

  /** Proves to the others that this device is the host's. Raises Error when it is not. */
  mark(now_ms: number): Promise<Bytes> {
    if (this.desk === null) throw new Error('not the host')
    return this.desk.sign({ type: 'mark', device: b64u(this.context.device.publicKey) }, now_ms)
  }

  view(waiting: readonly Joiner[], roster: Roster): Extract<Output, { type: 'host' }> {
    const { desk, standing } = this
    const inside = devicesIn(roster)
    const undecided = waiting.filter(
      ({ credential, admission }) =>
        desk !== null &&
        admission === null &&
        !inside.has(b64u(credential.devicePublicKey)) &&
        this.wordFor({ credential, admission } as Joiner) === 'wait',
    )
    return {
      type: 'host',
      hosts: [...this.marked],
      isLocked: standing.isLocked,
      waiting: undecided.map(({ credential }) => ({ deviceKey: credential.devicePublicKey, name: credential.displayName })),
    }
  }
}
