/** Everything that a call can do beside the actions in the bar: one button, one menu. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Call, CallSnapshot } from '../../client/mod'
import { icon, type IconName } from '../parts/icons'
import { LightElement } from '../parts/light'
import { nextItem } from '../parts/menu-keys'
import { reactionNames, reactionSign, reactionWords } from '../parts/reactions'
import { say } from '../words/words'
import { canFloat, isFloating } from './floating'
import type { View } from './room'

export interface MenuActions {
  readonly view: View
  readonly setView: (view: View) => void
  readonly float: () => void
  readonly devices: () => void
  readonly keys: () => void
  /** Absent where there is no list of people to open. */
  readonly people?: () => void
}

type Kind = 'menuitem' | 'menuitemradio' | 'menuitemcheckbox'

export class MoreMenu extends LightElement {
  static override properties = { call: { attribute: false }, snapshot: { attribute: false }, actions: { attribute: false }, open: { state: true } }
  declare call: Call
  declare snapshot: CallSnapshot
  declare actions: MenuActions
  declare private open: boolean

  constructor() {
    super()
    this.open = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('pointerdown', this.#outside)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('pointerdown', this.#outside)
  }

  override render(): TemplateResult {
    return html`<button
        type="button"
        class="bar-button ${this.open ? 'is-open' : ''}"
        id="more"
        aria-label=${say('bar.more')}
        aria-haspopup="menu"
        aria-expanded=${this.open ? 'true' : 'false'}
        @click=${this.#toggle}
        @keydown=${this.#onButton}
      >
        ${icon('dots')}<span>${say('bar.more')}</span>
      </button>
      ${this.open ? html`<div class="menu" role="menu" aria-labelledby="more" @keydown=${this.#onMenu}>${this.#items()}</div>` : nothing}`
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('open') && this.open) this.#all()[0]?.focus()
  }

  #items(): TemplateResult {
    const { call, snapshot, actions } = this
    const hand = snapshot.people.find((person) => person.self)?.hand !== undefined
    const onlySound = snapshot.pictures === 'only-sound'
    return html`<div class="menu-reactions" role="group" aria-label=${say('menu.reactions')}>
        ${reactionNames.map(
          (name) =>
            html`<button
              type="button"
              role="menuitem"
              tabindex="-1"
              aria-label=${reactionWords(name)}
              title=${reactionWords(name)}
              @click=${this.#does(() => void call.react(name))}
            >
              <span aria-hidden="true">${reactionSign(name)}</span>
            </button>`,
        )}
      </div>
      ${this.#item('hand', say(hand ? 'menu.hand-down' : 'menu.hand-up'), () => void call.raiseHand(!hand))}
      ${snapshot.people.length > 2 ? this.#views() : nothing}
      <div class="menu-part" role="group" aria-label=${say('menu.room')}>
        ${canFloat() ? this.#item('float', say('menu.float'), actions.float, 'menuitemcheckbox', isFloating()) : nothing}
        ${document.fullscreenEnabled ? this.#item('full', say('menu.full'), toggleFullScreen, 'menuitemcheckbox', document.fullscreenElement !== null) : nothing}
        ${this.#item('speaker', say('menu.only-sound'), () => void call.setOnlySound(!onlySound), 'menuitemcheckbox', onlySound, say('menu.only-sound.more'))}
      </div>
      <div class="menu-part" role="group" aria-label=${say('menu.more')}>
        ${actions.people ? this.#item('person', say('menu.people'), actions.people) : nothing}
        ${this.#item('sliders', say('menu.devices'), actions.devices)} ${this.#item('keyboard', say('menu.keys'), actions.keys)}
      </div>`
  }

  #views(): TemplateResult {
    const { view, setView } = this.actions
    return html`<div class="menu-part" role="group" aria-label=${say('menu.view')}>
      ${this.#item('grid', say('menu.view.grid'), () => setView('grid'), 'menuitemradio', view === 'grid')}
      ${this.#item('focus', say('menu.view.speaker'), () => setView('speaker'), 'menuitemradio', view === 'speaker')}
    </div>`
  }

  #item(sign: IconName, words: string, act: () => void, kind: Kind = 'menuitem', checked = false, more?: string): TemplateResult {
    return html`<button
      type="button"
      role=${kind}
      tabindex="-1"
      aria-label=${words}
      aria-description=${more ?? nothing}
      aria-checked=${kind === 'menuitem' ? nothing : checked ? 'true' : 'false'}
      @click=${this.#does(act)}
    >
      ${icon(sign)}<span>${words}${more === undefined ? nothing : html`<small class="soft">${more}</small>`}</span>
      ${checked ? icon('check') : nothing}
    </button>`
  }

  #does(act: () => void): () => void {
    return () => {
      this.#close(true)
      act()
    }
  }

  #all(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('.menu button')]
  }

  #close(takesFocus: boolean): void {
    this.open = false
    if (takesFocus) this.querySelector<HTMLElement>('#more')?.focus()
  }

  readonly #toggle = (): void => {
    this.open = !this.open
  }

  readonly #onButton = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    this.open = true
  }

  readonly #onMenu = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') this.#close(false)
    if (event.key === 'Escape') this.#close(true)
    if (event.altKey || event.ctrlKey || event.metaKey || event.key === ' ' || event.key === 'Enter') return
    const all = this.#all()
    const items = all.map((item, at) => ({ line: item.closest('.menu-reactions') ? -1 : at, name: item.getAttribute('aria-label') ?? '' }))
    const next = nextItem(items, all.indexOf(document.activeElement as HTMLElement), event.key, getComputedStyle(this).direction === 'rtl')
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    all[next]?.focus()
  }

  readonly #outside = (event: Event): void => {
    if (this.open && !event.composedPath().includes(this)) this.#close(false)
  }
}

function toggleFullScreen(): void {
  const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()
  change.catch(() => undefined)
}

customElements.define('more-menu', MoreMenu)
