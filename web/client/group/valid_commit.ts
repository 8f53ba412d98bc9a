/**
 * The valid-commit rule (spec/5-group.md): pure, of the log and the group state alone, so that everyone who reads the same log decides alike.
 * What MLS itself checks (epoch, membership, signature) is true before this is asked.
 */
import { b64u } from '../bytes/text'
import type { Credential } from '../crypto/credential'
import type { HostOrder } from '../crypto/host_order'
import { isAdmitted } from './admitted'
import { isFresh } from './order_fresh'
import type { Roster } from './roster'

export interface ProposedCommit {
  readonly senderLeaf: number
  /** Null: a key package or credential that does not verify. `asked`: a `join` entry earlier in the log carried this key package. */
  readonly adds: ReadonlyArray<{ readonly credential: Credential; readonly ref: string; readonly asked: boolean } | null>
  readonly removes: readonly number[]
  readonly hasPath: boolean
  readonly others: number
  readonly pathKeepsIdentity: boolean
  readonly pathKeysWork: boolean
  /** The host's, of this group. Null: something else stands in their place. */
  readonly orders: readonly HostOrder[] | null
}

/** What holds in this group now. */
export interface Rules {
  readonly capacity: number
  readonly mustBeAdmitted: boolean
  readonly isClosing: boolean
  readonly lockedAt: number
}

/** Null: valid. Else why not. `counted` holds the admission MACs that this group has spent. */
export function commitRefusal(commit: ProposedCommit, roster: Roster, counted: ReadonlySet<string>, rules: Rules): string | null {
  if (commit.others > 0) return 'a proposal that is neither an inline Add nor an inline Remove'
  if (!commit.hasPath && (commit.adds.length === 0 || commit.removes.length > 0)) return 'no update path'
  if (!commit.pathKeepsIdentity) return 'the committer changed its identity'
  if (!commit.pathKeysWork) return 'a key that nothing can be sealed to'
  if (commit.removes.includes(commit.senderLeaf)) return 'a member cannot remove itself'
  if (commit.removes.some((leaf) => !roster.has(leaf)) || new Set(commit.removes).size !== commit.removes.length) return 'a Remove of nobody'
  const devicesOf = (isGone: boolean): Set<string> =>
    new Set(
      [...roster.values()]
        .filter((entry) => commit.removes.includes(entry.leafIndex) === isGone)
        .map((entry) => b64u(entry.credential.devicePublicKey)),
    )
  const [devices, gone] = [devicesOf(false), devicesOf(true)]
  const unlawful = orderRefusal(commit, gone, rules)
  if (unlawful !== null) return unlawful
  const spent = new Set(counted)
  for (const add of commit.adds) {
    const refusal = addRefusal(add, devices, spent) ?? (rules.mustBeAdmitted ? admissionRefusal(add, gone, commit.orders ?? []) : null)
    if (refusal) return refusal
  }
  return devices.size > rules.capacity ? 'more people than the room allows' : null
}

/** `gone`: devices of the leaves that this commit removes. */
function orderRefusal({ adds, orders }: ProposedCommit, gone: ReadonlySet<string>, rules: Rules): string | null {
  if (orders === null) return 'an order that is not the host’s'
  const isRemoval = orders.some((order) => order.type === 'remove')
  if (orders.some((order) => order.type === 'remove' && !gone.has(order.device))) return 'an order to remove that is not followed'
  if ((isRemoval || rules.isClosing) && adds.length > 0) return 'an Add to a group that is being left'
  if (orders.some((order) => order.type === 'lock' && !isFresh(order.at, rules.lockedAt))) return 'an order that is over'
  return null
}

/** A device that is in and comes back needs no new word of the host. */
function admissionRefusal(add: ProposedCommit['adds'][number], gone: ReadonlySet<string>, orders: readonly HostOrder[]): string | null {
  if (add === null) return null
  const device = b64u(add.credential.devicePublicKey)
  return gone.has(device) || isAdmitted({ device, ref: add.ref }, orders) ? null : 'an Add that the host did not admit'
}

function addRefusal(add: ProposedCommit['adds'][number], devices: Set<string>, spent: Set<string>): string | null {
  if (add === null) return 'an Add without a valid credential'
  if (!add.asked) return 'an Add that nobody asked for'
  const mac = b64u(add.credential.admissionMac)
  if (spent.has(mac)) return 'an admission that was used before'
  spent.add(mac)
  const device = b64u(add.credential.devicePublicKey)
  if (devices.has(device)) return 'a device that is in the call already'
  devices.add(device)
  return null
}
