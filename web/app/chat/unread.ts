/** How many messages of others came since the chat was last open. */
import type { ChatMessage } from '../../client/mod'

export class Unread {
  #read = new Set<string>()

  /** `open` marks everything as read. */
  count(messages: readonly ChatMessage[], open: boolean): number {
    const others = messages.filter(({ self }) => !self).map(({ messageId }) => messageId)
    if (open) this.#read = new Set(others)
    return others.filter((id) => !this.#read.has(id)).length
  }
}
