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
import { invitation } from '../security/invitation'
import '../security/security-dialog'
import { bar } from '../stage/bar'
import '../stage/call-stage'
import type { CallStage } from '../stage/call-stage'
import { toggleFloating } from '../stage/floating'
import { head } from '../stage/head'
import { notices } from '../stage/notices'
import type { MenuActions } from '../stage/more-menu'
import { Room, type View } from '../stage/room'
import { said } from '../stage/said'
import { SHOWN, type Shown } from '../stage/shown_height'
import { ended, joining, opening, refused } from './between'
import './devices-dialog'
import './keys-dialog'
import { pressedIn, shortcutOf, singleKeys, type Shortcut } from './shortcuts'

/** So many announcements stay in the status region. */
const toldMax = 4

export class CallPage extends LightElement {
  static override properties = { call: { attribute: false }, snapshot: { state: true }, opened: { state: true }, chatOpen: { state: true } }
  declare call: Call
  declare private snapshot: CallSnapshot
  declare private opened: 'none' | 'security' | 'devices' | 'keys' | 'people'
  declare private chatOpen: boolean
  readonly #unread = new Unread()
  /** Outlives a reconnect: it is left when the page is. */
  readonly #room = new Room()
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
    this.addEventListener(SHOWN, this.#shown)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#unsubscribe()
    removeEventListener('keydown', this.#key)
    this.removeEventListener(SHOWN, this.#shown)
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
      ${head({
        call,
        snapshot,
        onSecurity: openSecurity,
        onDevices: () => (this.opened = 'devices'),
        onPeople: () => (this.opened = 'people'),
      })}
      <div class="call-room">
        <call-stage .snapshot=${snapshot} .arrangement=${this.#room.arrange(snapshot)} .onPin=${this.#pin}></call-stage>
        ${notices(call, snapshot, this.opened === 'security' ? nothing : invitation(snapshot, openSecurity))}
      </div>
      ${this.chatOpen ? html`<chat-panel .call=${call} .messages=${snapshot.chat} @dismiss=${this.#toggleChat}></chat-panel>` : nothing}
      ${bar({
        call,
        snapshot,
        chatOpen: this.chatOpen,
        unread: this.#unread.count(snapshot.chat, this.chatOpen),
        onChat: () => void this.#toggleChat(),
        onSecurity: openSecurity,
        menu: this.#menu(),
      })}
      <div class="unseen" role="status" aria-atomic="false">
        ${repeat(
          this.#told,
          ({ number }) => number,
          ({ words }) => html`<p>${words}</p>`,
        )}
      </div>
      <security-dialog .call=${call} .snapshot=${snapshot} .open=${this.opened === 'security'} @dismiss=${close}></security-dialog>
      <devices-dialog .call=${call} .snapshot=${snapshot} .open=${this.opened === 'devices'} @dismiss=${close}></devices-dialog>
      <keys-dialog .open=${this.opened === 'keys'} @dismiss=${close}></keys-dialog>
      <people-dialog .call=${call} .snapshot=${snapshot} .open=${this.opened === 'people'} @dismiss=${close}></people-dialog>
      <direct-dialog .call=${call} .snapshot=${snapshot} .open=${snapshot.direct?.ours === 'asked'}></direct-dialog>
    </main>`
  }

  #menu(): MenuActions {
    return {
      view: this.#room.view,
      setView: this.#setView,
      float: () => void toggleFloating(this.#stage?.floatable),
      devices: () => (this.opened = 'devices'),
      keys: () => (this.opened = 'keys'),
    }
  }

  get #stage(): CallStage | null {
    return this.querySelector<CallStage>('call-stage')
  }

  readonly #setView = (view: View): void => {
    this.#room.view = view
    this.requestUpdate()
  }

  readonly #pin = (key: string): void => {
    this.#room.pin(key)
    this.requestUpdate()
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

  readonly #shown = (event: Event): void => {
    const { leafIndex, kind, heightPx } = (event as CustomEvent<Shown>).detail
    this.call.showing(leafIndex, kind, heightPx)
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (this.snapshot.phase !== 'in-call' || document.querySelector('dialog[open]')) return
    const shortcut = shortcutOf(pressedIn(event), singleKeys())
    if (!shortcut) return
    event.preventDefault()
    this.#act(shortcut)
  }

  #act(shortcut: Shortcut): void {
    switch (shortcut) {
      case 'chat':
        return void this.#toggleChat()
      case 'hand':
        return void this.call.raiseHand(this.snapshot.people.find((person) => person.self)?.hand === undefined)
      case 'view':
        return this.#setView(this.#room.view === 'grid' ? 'speaker' : 'grid')
      case 'pin':
        return this.#stage?.pressPin()
      case 'keys':
        return void (this.opened = 'keys')
      case 'microphone':
      case 'camera':
        void this.call.setDevice(shortcut, !this.snapshot.self[shortcut].wanted)
    }
  }
}

customElements.define('call-page', CallPage)
