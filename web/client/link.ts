/** The two links (spec/1-invite.md). */
import type { Bytes } from './bytes/bytes'
import { b64u, fromB64u } from './bytes/text'
import { ProblemError } from './problem'

export const ROOM_ID_BYTES = 16
export const SECRET_BYTES = 32

export interface Invite {
  readonly secret: Bytes
  readonly hostKeyHash: Bytes
  readonly hostSeed?: Bytes
}

/** Raises local.link-malformed or local.link-version. Trust: whoever gave the link. */
export function parseFragment(fragment: string): Invite {
  const [version, secret, hash, seed, ...rest] = fragment.replace(/^#/, '').split('.')
  if (version !== 'v1') throw new ProblemError(/^v\d+$/.test(version ?? '') ? 'local.link-version' : 'local.link-malformed')
  const parts = [secret, hash, ...(seed === undefined ? [] : [seed])].map((part) => fromB64u(part ?? ''))
  const [s, h, hostSeed] = parts
  if (rest.length > 0 || parts.some((part) => part?.length !== SECRET_BYTES) || !s || !h) throw new ProblemError('local.link-malformed')
  return { secret: s, hostKeyHash: h, ...(hostSeed ? { hostSeed } : {}) }
}

/** Raises local.link-malformed. */
export function parseRoomPath(pathname: string): Bytes {
  const roomId = fromB64u(/^\/r\/([A-Za-z0-9_-]{22})$/.exec(pathname)?.[1] ?? '')
  if (roomId?.length !== ROOM_ID_BYTES) throw new ProblemError('local.link-malformed')
  return roomId
}

export function emitLink(origin: string, roomId: Bytes, invite: Invite): string {
  const parts = ['v1', b64u(invite.secret), b64u(invite.hostKeyHash), ...(invite.hostSeed ? [b64u(invite.hostSeed)] : [])]
  return `${origin}/r/${b64u(roomId)}#${parts.join('.')}`
}
