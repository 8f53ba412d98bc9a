/** The chat: a log and a field. Enter sends, Shift+Enter begins a line, Escape closes; what failed can be sent again. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Call, ChatMessage } from '../../client/mod'
import { icon } from '../parts/icons'
import { LightElement } from '../parts/light'
import { clock, say } from '../words/words'
import { room } from './length'

/** Below so many characters left, the field says how many. */
const warnBelow = 200
/** Closer to the end than this, the log follows new messages. */
const followWithin_px = 80

export class ChatPanel extends LightElement {
  static override properties = { call: { attribute: false }, messages: { attribute: false }, draft: { state: true } }
  declare call: Call
  declare messages: readonly ChatMessage[]
  declare private draft: string
  #following = true

  constructor() {
    super()
    this.draft = ''
  }

  override render(): TemplateResult {
    return html`<aside class="chat" aria-label=${say('chat.title')} @keydown=${this.#escape}>
      <header class="chat-head">
        <h2>${say('chat.title')}</h2>
        <button type="button" class="quiet square" aria-label=${say('chat.close')} @click=${this.#close}>${icon('close')}</button>
      </header>
      <div class="chat-log" role="log" aria-label=${say('chat.log')} tabindex="0" @scroll=${this.#scrolled}>
        ${this.messages.length === 0 ? empty() : nothing}
        ${repeat(
          this.messages,
          ({ messageId }) => messageId,
          (message, at) => this.#bubble(message, this.messages[at - 1]),
        )}
      </div>
      ${this.#field()}
    </aside>`
  }

  /** Also called when the panel is opened. */
  focusField(): void {
    this.querySelector('textarea')?.focus()
  }

  protected override firstUpdated(): void {
    this.focusField()
  }

  protected override updated(changed: PropertyValues<this>): void {
    const log = this.querySelector('.chat-log')
    if (log && changed.has('messages') && this.#following) log.scrollTop = log.scrollHeight
  }

  #field(): TemplateResult {
    const left = room(this.draft)
    return html`<form class="chat-field" @submit=${this.#submit}>
      <textarea
        rows="1"
        aria-label=${say('chat.message')}
        aria-describedby="chat-hint"
        placeholder=${say('chat.message')}
        enterkeyhint="send"
        .value=${this.draft}
        @input=${(event: Event) => (this.draft = (event.target as HTMLTextAreaElement).value)}
        @keydown=${this.#enter}
      ></textarea>
      <button class="primary square" aria-label=${say('chat.send')} ?disabled=${left < 0}>${icon('send')}</button>
      <p id="chat-hint" class="soft small ${left < warnBelow ? '' : 'unseen'}" aria-live="polite">${hint(left)}</p>
    </form>`
  }

  #bubble(message: ChatMessage, above: ChatMessage | undefined): TemplateResult {
    const goesOn = above?.from === message.from && above.self === message.self
    return html`<article class="message ${message.self ? 'is-own' : ''} ${goesOn ? 'goes-on' : ''}">
      <p class="message-head ${goesOn ? 'unseen' : ''}">
        <span class="strong" dir="auto">${message.self ? say('chat.you') : message.name}</span> <time>${clock(message.atMs)}</time>
      </p>
      <p class="message-text" dir="auto">${message.text}</p>
      ${message.state === 'sending' ? html`<p class="message-state">${say('chat.sending')}</p>` : nothing}
      ${message.state === 'failed' ? this.#failed(message) : nothing}
    </article>`
  }

  #failed(message: ChatMessage): TemplateResult {
    return html`<p class="message-state is-failed" role="alert">
      ${icon('notice')}${say('chat.failed')}
      <button type="button" class="quiet" @click=${() => this.call.sendChat(message.text)}>${say('chat.again')}</button>
    </p>`
  }

  readonly #enter = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    this.#send()
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault()
    this.#send()
    this.focusField()
  }

  #send(): void {
    const field = this.querySelector('textarea')
    const text = (field?.value ?? '').trim()
    if (text === '' || room(text) < 0) return
    this.#following = true
    this.draft = ''
    if (field) field.value = ''
    void this.call.sendChat(text)
  }

  readonly #scrolled = (event: Event): void => {
    const log = event.target as HTMLElement
    this.#following = log.scrollHeight - log.scrollTop - log.clientHeight < followWithin_px
  }

  readonly #escape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.#close()
  }

  readonly #close = (): void => {
    this.dispatchEvent(new Event('dismiss'))
  }
}

function hint(left: number): string {
  if (left < 0) return say('chat.over', { count: -left })
  return left < warnBelow ? say('chat.left', { count: left }) : say('chat.hint')
}

function empty(): TemplateResult {
  return html`<div class="chat-empty">
    ${icon('chat')}
    <p class="strong">${say('chat.empty')}</p>
    <p>${say('chat.empty.more')}</p>
  </div>`
}

customElements.define('chat-panel', ChatPanel)
