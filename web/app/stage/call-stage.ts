/** The room itself. Two people: the other large, oneself in the corner, an invitation on the empty place. More: a grid that keeps places. */
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { CallSnapshot, Person } from '../../client/mod'
import { icon } from '../parts/icons'
import { LightElement } from '../parts/light'
import { linkCard } from '../parts/link-card'
import { say } from '../words/words'
import { labelOf } from './labels'
import './person-tile'
import { seat, shape, uprightShape, type Seats } from './seating'

export class CallStage extends LightElement {
  static override properties = { snapshot: { attribute: false } }
  declare snapshot: CallSnapshot
  #seats: Seats = []

  override willUpdate(): void {
    this.#seats = seat(
      this.#seats,
      this.snapshot.people.filter((person) => this.#large || !person.self).map((person) => person.deviceKey),
    )
  }

  get #large(): boolean {
    return this.snapshot.people.length > 2
  }

  override render(): TemplateResult {
    const { people } = this.snapshot
    const own = people.find((person) => person.self)
    return html`<section class="stage" aria-label=${say('people')} data-layout=${this.#large ? 'grid' : 'pair'} tabindex=${this.#large ? 0 : nothing}>
      <div class="seats">
        ${repeat(
          this.#seats,
          (key, at) => key ?? `empty ${at}`,
          (key) => this.#place(people.find((person) => person.deviceKey === key)),
        )}
        ${people.some((person) => !person.self) ? nothing : invitation(this.snapshot.link)}
      </div>
      ${own && !this.#large ? html`<person-tile class="corner" .person=${own} .label=${labelOf(own, people)}></person-tile>` : nothing}
    </section>`
  }

  protected override updated(): void {
    const seats = this.querySelector<HTMLElement>('.seats')
    seats?.style.setProperty('--columns', String(shape(this.#seats.length).columns))
    seats?.style.setProperty('--columns-upright', String(uprightShape(this.#seats.length).columns))
  }

  #place(person: Person | undefined): TemplateResult {
    if (!person) return html`<div class="empty-seat"></div>`
    return html`<person-tile .person=${person} .label=${labelOf(person, this.snapshot.people)}></person-tile>`
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
