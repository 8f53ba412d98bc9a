/**
 * The room itself, as it was arranged. All tiles stand in one row of elements that never changes its order, and the style sheet puts them where they belong: so
 * no picture begins again and no sound breaks off because somebody else spoke or was pinned.
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { CallSnapshot } from '../../client/mod'
import { icon } from '../parts/icons'
import { LightElement } from '../parts/light'
import { linkCard } from '../parts/link-card'
import { say } from '../words/words'
import { fit } from './fit'
import { follow } from './floating'
import { labelOf } from './labels'
import './person-tile'
import type { Arrangement, Tile } from './room'

export class CallStage extends LightElement {
  static override properties = { snapshot: { attribute: false }, arrangement: { attribute: false } }
  declare snapshot: CallSnapshot
  declare arrangement: Arrangement
  /** A tile's button was pressed: its key. */
  declare onPin: (key: string) => void
  readonly #sizes = new ResizeObserver(() => this.#fit())

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#sizes.disconnect()
  }

  override render(): TemplateResult {
    const { people } = this.snapshot
    const { layout, tiles, corner } = this.arrangement
    const isAlone = !people.some((person) => !person.self)
    return html`<section class="stage" aria-label=${say('people')} data-layout=${layout} tabindex=${layout === 'pair' ? nothing : 0}>
      <div class="seats">
        ${repeat(
          tiles,
          (tile, at) => tile?.key ?? `empty ${at}`,
          (tile) => this.#place(tile),
        )}
        ${isAlone ? invitation(this.snapshot.link) : nothing}
      </div>
      ${corner ? html`<person-tile class="corner" .person=${corner} .label=${labelOf(corner, people)}></person-tile>` : nothing}
    </section>`
  }

  protected override firstUpdated(): void {
    const stage = this.querySelector('.stage')
    if (stage) this.#sizes.observe(stage)
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.#fit()
    const before = changed.get('arrangement')
    const { large } = this.arrangement
    if (before && before.large !== large) follow(this.#video(large))
  }

  /** The picture that a small window shows: what is large here, else the first other's that there is. */
  get floatable(): HTMLVideoElement | undefined {
    const { large, tiles } = this.arrangement
    const shown = tiles.filter((tile) => tile !== null && !tile.person.self && (tile.isScreen ? tile.person.screen : tile.person.media.camera))
    return this.#video(large) ?? this.#video(shown[0]?.key)
  }

  /** By key: the tile that has the focus, else the pinned one, else who speaks. */
  pressPin(): void {
    const { canPin, pinned } = this.arrangement
    const focused = document.activeElement?.closest<HTMLElement>('person-tile')?.dataset['key']
    const key = focused ?? pinned ?? this.snapshot.speaker
    if (canPin && key !== undefined) this.onPin(key)
  }

  #video(key: string | undefined): HTMLVideoElement | undefined {
    const tile = key === undefined ? undefined : [...this.querySelectorAll<HTMLElement>('person-tile')].find((one) => one.dataset['key'] === key)
    return tile?.querySelector<HTMLVideoElement>('.is-pictured video') ?? undefined
  }

  #place(tile: Tile | null): TemplateResult {
    const { large, layout, pinned, canPin } = this.arrangement
    if (tile === null) return html`<div class="empty-seat" ?hidden=${layout === 'focus'}></div>`
    const { key, person, isScreen } = tile
    return html`<person-tile
      class=${key === large ? 'is-large' : ''}
      data-key=${key}
      .person=${person}
      .isScreen=${isScreen}
      .label=${isScreen ? say('person.screen', { name: labelOf(person, this.snapshot.people) }) : labelOf(person, this.snapshot.people)}
      .pin=${canPin ? { isPinned: key === pinned, press: () => this.onPin(key) } : undefined}
    ></person-tile>`
  }

  #fit(): void {
    const seats = this.querySelector<HTMLElement>('.seats')
    if (!seats || this.arrangement.layout !== 'grid') return
    const gap = Number.parseFloat(getComputedStyle(seats).columnGap) || 0
    const { columns, rows, scrolledHeight } = fit(this.arrangement.tiles.length, seats.clientWidth, seats.clientHeight, gap)
    seats.style.setProperty('--columns', String(columns))
    seats.style.setProperty('--rows', String(rows))
    seats.style.setProperty('--tile-height', scrolledHeight === undefined ? '0px' : `${scrolledHeight}px`)
  }
}

function invitation(link: string | undefined): TemplateResult {
  return html`<div class="invitation">
    <h2>${say('waiting.title')}</h2>
    ${
      link
        ? html`<p>${say('waiting.more')}</p>
            ${linkCard(link)}`
        : html`<p>${icon('link')}${say('waiting.no-link')}</p>`
    }
  </div>`
}

customElements.define('call-stage', CallStage)
