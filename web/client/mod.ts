/** The client library's one door. */
import type { CreateRoom, NewRoom, OpenCall } from './api'
import { Call } from './call/call'
import { WorkerLink } from './call/worker_link'

export type * from './api'
export { problem, ProblemError, problemOf } from './problem'

export const openCall: OpenCall = (location) => new Call(location)

const DAY_S = 86_400

export const createRoom: CreateRoom = async (options = {}) => {
  const link = new WorkerLink(
    () => undefined,
    () => undefined,
  )
  try {
    return (await link.ask({
      type: 'create-room',
      origin: location.origin,
      topology: options.topology ?? 'direct',
      expiresIn_s: options.expiresIn_s ?? DAY_S,
      waitingRoom: options.waitingRoom ?? false,
    })) as NewRoom
  } finally {
    link.close()
  }
}
