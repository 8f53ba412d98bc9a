/** S passes the page once: out of the address bar, on its way to the worker. */
import { b64u } from '../bytes/text'
import { parseFragment, parseRoomPath, type Invite } from '../link'

export interface Address {
  readonly roomId: string
  /** Null after a reload: the worker holds the key. */
  readonly invite: Invite | null
  /** What to give to others, without the host's seed; known until the next reload. */
  readonly fullLink: string | undefined
  /** The end of the host's link that fullLink lacks; known as long as that. */
  readonly hostPart: string | undefined
}

/** Raises ProblemError when it is not the address of a room. */
export function takeAddress(location: Location): Address {
  const roomId = b64u(parseRoomPath(location.pathname))
  const { hash, origin, pathname } = location
  if (hash === '') return { roomId, invite: null, fullLink: undefined, hostPart: undefined }
  history.replaceState(null, '', pathname)
  const parts = hash.split('.')
  return { roomId, invite: parseFragment(hash), fullLink: `${origin}${pathname}${parts.slice(0, 3).join('.')}`, hostPart: parts[3] }
}
