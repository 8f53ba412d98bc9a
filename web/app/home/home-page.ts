/** The first page: what incamera is, and a button that makes a room in this browser. */
import { html, nothing, type TemplateResult } from 'lit'
import type { CreateRoom, NewRoom, Problem } from '../../client/mod'
import { icon, mark, type IconName } from '../parts/icons'
import { LightElement } from '../parts/light'
import { linkCard, linkField } from '../parts/link-card'
import { moment, say } from '../words/words'

export type HomeState =
  | { readonly at: 'start' }
  | { readonly at: 'making' }
  | { readonly at: 'ready'; readonly room: NewRoom }
  | { readonly at: 'failed'; readonly problem: Problem }

export class HomePage extends LightElement {
  static override properties = { createRoom: { attribute: false }, problemOf: { attribute: false }, state: { attribute: false } }
  declare createRoom: CreateRoom
  /** Turns what `createRoom` threw into words. */
  declare problemOf: (thrown: unknown) => Problem
  declare state: HomeState

  constructor() {
    super()
    this.state = { at: 'start' }
  }

  override render(): TemplateResult {
    return html`<header class="home-head">
        <a class="brand" href="/" aria-label=${say('brand.home')}>${mark()}<span>${say('brand')}</span></a>
        <a class="quiet-link" href="/security">${say('home.security')}</a>
      </header>
      <main class="home">${this.state.at === 'ready' ? this.#ready(this.state.room) : this.#start(this.state)}</main>`
  }

  #start(state: HomeState): TemplateResult {
    const making = state.at === 'making'
    return html`<section class="hero" aria-labelledby="home-title">
        <p class="hero-word">${say('home.word')}</p>
        <h1 id="home-title">${say('home.title')}</h1>
        <p class="lead">${say('home.what')}</p>
        <button type="button" class="primary large" ?disabled=${making} @click=${this.#make}>${say('home.new')}</button>
        <p class="hero-note" role="status">${making ? html`<span class="spinner"></span>${say('home.making')}` : nothing}</p>
        ${state.at === 'failed' ? failure(state.problem) : nothing}
      </section>
      <ul class="points">
        ${point('lock', say('home.point.sealed'), say('home.point.sealed.more'))}
        ${point('link', say('home.point.link'), say('home.point.link.more'))}
        ${point('shield-check', say('home.point.proof'), say('home.point.proof.more'))}
      </ul>`
  }

  #ready(room: NewRoom): TemplateResult {
    return html`<section class="card ready" aria-labelledby="ready-title">
      <h1 id="ready-title" tabindex="-1">${say('home.ready')}</h1>
      <p>${say('home.ready.more')}</p>
      ${linkCard(room.link)}
      <p class="soft">${say('home.expires', { when: moment(room.expiresAt * 1000) })}</p>
      <p class="actions">
        <a class="button primary" href=${room.link}>${say('home.go')}</a>
        <button type="button" @click=${this.#make}>${say('home.another')}</button>
      </p>
      <details class="host-link">
        <summary>${icon('key')}${say('home.host')}</summary>
        <p>${say('home.host.more')}</p>
        <div class="link-side">${linkField(room.hostLink, say('home.host'), say('link.host.copy'))}</div>
      </details>
    </section>`
  }

  readonly #make = async (): Promise<void> => {
    this.state = { at: 'making' }
    this.state = await this.createRoom().then(
      (room) => ({ at: 'ready', room }) as const,
      (thrown: unknown) => ({ at: 'failed', problem: this.problemOf(thrown) }) as const,
    )
    await this.updateComplete
    this.querySelector<HTMLElement>('#ready-title')?.focus()
  }
}

function point(sign: IconName, title: string, more: string): TemplateResult {
  return html`<li>
    ${icon(sign)}
    <h2>${title}</h2>
    <p>${more}</p>
  </li>`
}

function failure(problem: Problem): TemplateResult {
  return html`<div class="notice" role="alert">
    ${icon('notice')}
    <div>
      <p class="strong">${problem.title}</p>
      <p>${problem.advice} ${say('home.failed.more')}</p>
      ${problem.detail ? html`<p class="soft">${problem.detail}</p>` : nothing}
    </div>
  </div>`
}

customElements.define('home-page', HomePage)
