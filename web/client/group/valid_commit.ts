/**
 * The valid-commit rule (spec/5-group.md): pure, of the log and the group state alone, so that everyone who reads the same log decides alike.
 * What MLS itself checks (epoch, membership, signature) is true before this is asked.
 */
import { b64u } from '../bytes/text'
import type { Credential } from '../crypto/credential'
import type { Roster } from './roster'

export interface ProposedCommit {
  readonly senderLeaf: number
  /** Null: a key package or credential that does not verify. `asked`: a `join` entry earlier in the log carried this key package. */
  readonly adds: ReadonlyArray<{ readonly credential: Credential; readonly asked: boolean } | null>
  readonly removes: readonly number[]
  readonly hasPath: boolean
  readonly others: number
  readonly pathKeepsIdentity: boolean
  readonly pathKeysWork: boolean
}

/** Null: valid. Else why not. `counted` holds the admission MACs that this group has spent. */
export function commitRefusal(commit: ProposedCommit, roster: Roster, counted: ReadonlySet<string>, capacity: number): string | null {
  if (commit.others > 0) return 'a proposal that is neither an inline Add nor an inline Remove'
  if (!commit.hasPath && (commit.adds.length === 0 || commit.removes.length > 0)) return 'no update path'
  if (!commit.pathKeepsIdentity) return 'the committer changed its identity'
  if (!commit.pathKeysWork) return 'a key that nothing can be sealed to'
  if (commit.removes.includes(commit.senderLeaf)) return 'a member cannot remove itself'
  if (commit.removes.some((leaf) => !roster.has(leaf)) || new Set(commit.removes).size !== commit.removes.length) return 'a Remove of nobody'
  const devices = new Set(
    [...roster.values()].filter((entry) => !commit.removes.includes(entry.leafIndex)).map((entry) => b64u(entry.credential.devicePublicKey)),
  )
  const spent = new Set(counted)
  for (const add of commit.adds) {
    const refusal = addRefusal(add, devices, spent)
    if (refusal) return refusal
  }
  return devices.size > capacity ? 'more people than the room allows' : null
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
