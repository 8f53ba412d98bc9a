/** The chat of this call, on this page only: nothing is kept. What a broken channel may have lost is sent again through the log. */
import type { ChatMessage } from '../api'
import { b64u } from '../bytes/text'
import type { OutgoingPayload } from '../worker/rpc'

type ChatPayload = Extract<OutgoingPayload, { type: 'chat' }>

const MESSAGES_MAX = 2_000
const DOUBTFUL_MS = 30_000
const TEXT_MAX = 4_096

export class Chat {
  messages: readonly ChatMessage[] = []
  private doubtful: ReadonlyArray<{ readonly payload: ChatPayload; readonly at_ms: number }> = []

  /** Null when there is nothing to say. */
  compose(text: string, now_ms: number): ChatPayload | null {
    const trimmed = Array.from(text.trim()).slice(0, TEXT_MAX).join('')
    return trimmed === '' ? null : { type: 'chat', message_id: b64u(crypto.getRandomValues(new Uint8Array(16))), text: trimmed, sent_at_ms: now_ms }
  }

  wrote(payload: ChatPayload, from: number, name: string): void {
    this.put({ messageId: payload.message_id, from, name, self: true, text: payload.text, atMs: payload.sent_at_ms, state: 'sending' })
  }

  mark(messageId: string, state: ChatMessage['state']): void {
    this.messages = this.messages.map((message) => (message.self && message.messageId === messageId ? { ...message, state } : message))
  }

  /** A message of somebody else; the same one twice (by channel and log) is one. */
  read(payload: ChatPayload, from: number, name: string): void {
    if (this.messages.some((message) => !message.self && message.from === from && message.messageId === payload.message_id)) return
    this.put({ messageId: payload.message_id, from, name, self: false, text: payload.text, atMs: payload.sent_at_ms, state: 'sent' })
  }

  wentByChannel(payload: ChatPayload, now_ms: number): void {
    this.doubtful = [...this.doubtful.filter((sent) => now_ms - sent.at_ms < DOUBTFUL_MS), { payload, at_ms: now_ms }]
  }

  /** The channel broke: these may not have arrived. */
  takeDoubtful(now_ms: number): readonly ChatPayload[] {
    const again = this.doubtful.filter((sent) => now_ms - sent.at_ms < DOUBTFUL_MS).map((sent) => sent.payload)
    this.doubtful = []
    return again
  }

  private put(message: ChatMessage): void {
    this.messages = [...this.messages, message].slice(-MESSAGES_MAX)
  }
}
