/** The call page: follows one call's snapshots and shows the screen of its phase. Holds only what is the screen's own: what is open. */
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Call, CallSnapshot, Phase } from '../../client/mod'
import '../chat/chat-panel'
import type { ChatPanel } from '../chat/chat-panel'
import { Unread } from '../chat/unread'
import '../check/device-check'
import '../direct/direct-dialog'
import '../host/people-dialog'
import { waitingScreen } from '../host/waiting-screen'
import { LightElement } from '../parts/light'
import '../security/security-dialog'
import { bar } from '../stage/bar'
import '../stage/call-stage'
import { head } from '../stage/head'
import { notices } from '../stage/notices'
import { said } from '../stage/said'
import { ended, joining, opening, refused } from './between'
import './devices-dialog'
import { pressedIn, shortcutOf, singleKeys } from './shortcuts'

/** So many announcements stay in the status region. */
const toldMax = 4

export class CallPage extends LightElement {
  static override properties = { call: { attribute: false }, snapshot: { state: true }, opened: { state: true }, chatOpen: { state: true } }
  declare call: Call
  declare private snapshot: CallSnapshot
  declare private opened: 'none' | 'security' | 'devices' | 'people'
  declare private chatOpen: boolean
  readonly #unread = new Unread()
  #told: ReadonlyArray<{ readonly number: number; readonly words: string }> = []
  #tellings = 0
  #unsubscribe: () => void = () => undefined
  #shownPhase: Phase | undefined

  constructor() {
    super()
    this.opened = 'none'
    this.chatOpen = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#unsubscribe = this.call.subscribe((snapshot) => this.#take(snapshot))
    addEventListener('keydown', this.#key)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#unsubscribe()
    removeEventListener('keydown', this.#key)
  }

  override render(): TemplateResult {
    const { call, snapshot } = this
    switch (snapshot.phase) {
      case 'opening':
        return opening()
      case 'device-check':
        return html`<device-check .call=${call} .snapshot=${snapshot}></device-check>`
      case 'joining':
        return joining(snapshot)
      case 'waiting':
        return waitingScreen(call, snapshot)
      case 'in-call':
        return this.#inCall()
      case 'ended':
        return ended(call, snapshot)
      case 'refused':
        return snapshot.problem ? refused(call, snapshot.problem) : ended(call, snapshot)
    }
  }

  /** A new screen begins at its heading, so that keyboard and screen reader begin there too. */
  protected override updated(): void {
    if (this.#shownPhase === this.snapshot.phase) return
    const first = this.#shownPhase === undefined
    this.#shownPhase = this.snapshot.phase
    if (!first) void this.#begin()
  }

  async #begin(): Promise<void> {
    await this.querySelector('device-check')?.updateComplete
    this.querySelector<HTMLElement>('h1[tabindex]')?.focus()
  }

  #inCall(): TemplateResult {
    const { call, snapshot } = this
    const openSecurity = (): void => void (this.opened = 'security')
    const close = (): void => void (this.opened = 'none')
    return html`<main class="call ${this.chatOpen ? 'with-chat' : ''}">
      ${head(
        snapshot,
        openSecurity,
        () => (this.opened = 'devices'),
        () => (this.opened = 'people'),
      )}
      <div class="call-room">
        <call-stage .snapshot=${snapshot}></call-stage>
        ${notices(call, snapshot)}
      </div>
      ${this.chatOpen ? html`<chat-panel .call=${call} .messages=${snapshot.chat} @dismiss=${this.#toggleChat}></chat-panel>` : nothing}
      ${bar({ call, snapshot, chatOpen: this.chatOpen, unread: this.#unread.count(snapshot.chat, this.chatOpen), onChat: () => void this.#toggleChat(), onSecurity: openSecurity })}
      <div class="unseen" role="status" aria-atomic="false">
        ${repeat(
          this.#told,
          ({ number }) => number,
          ({ words }) => html`<p>${words}</p>`,
        )}
      </div>
      <security-dialog .call=${call} .snapshot=${snapshot} .open=${this.opened === 'security'} @dismiss=${close}></security-dialog>
      <devices-dialog .call=${call} .snapshot=${snapshot} .open=${this.opened === 'devices'} @dismiss=${close}></devices-dialog>
      <people-dialog .call=${call} .snapshot=${snapshot} .open=${this.opened === 'people'} @dismiss=${close}></people-dialog>
      <direct-dialog .call=${call} .snapshot=${snapshot} .open=${snapshot.direct?.ours === 'asked'}></direct-dialog>
    </main>`
  }

  #take(snapshot: CallSnapshot): void {
    const news = said(this.snapshot, snapshot, !this.chatOpen).map((words) => ({ number: this.#tellings++, words }))
    if (news.length > 0) this.#told = [...this.#told, ...news].slice(-toldMax)
    if (snapshot.phase !== 'in-call') this.opened = 'none'
    this.snapshot = snapshot
  }

  readonly #toggleChat = async (): Promise<void> => {
    this.chatOpen = !this.chatOpen
    await this.updateComplete
    if (this.chatOpen) this.querySelector<ChatPanel>('chat-panel')?.focusField()
    else this.querySelector<HTMLElement>('[data-bar="chat"]')?.focus()
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (this.snapshot.phase !== 'in-call' || document.querySelector('dialog[open]')) return
    const shortcut = shortcutOf(pressedIn(event), singleKeys())
    if (!shortcut) return
    event.preventDefault()
    if (shortcut === 'chat') void this.#toggleChat()
    else void this.call.setDevice(shortcut, !this.snapshot.self[shortcut].wanted)
  }
}

customElements.define('call-page', CallPage)
