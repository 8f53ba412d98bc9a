/** Two members of one epoch that believe different things: somebody shows them different calls. */
import { equal } from '../bytes/bytes'
import type { Count } from './message_count'

/** Same epoch, another history. */
export const isFork = (
  ours: { readonly epoch: number; readonly transcript: string },
  theirs: { readonly epoch: number; readonly transcript: string },
): boolean => ours.epoch === theirs.epoch && ours.transcript !== theirs.transcript

/** As many messages as the sender says, but not the same ones. */
export const areOtherMessages = (received: Count, said: Count): boolean => received.sent === said.sent && !equal(received.digest, said.digest)
