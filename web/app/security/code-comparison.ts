/** Thirty digits to read to each other. What is confirmed is the code that was on the screen, never one that slipped in under the finger. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Call, CallSnapshot } from '../../client/mod'
import { icon } from '../parts/icons'
import { LightElement } from '../parts/light'
import { avatar, trustInWords, trustSign } from '../parts/person-marks'
import { say } from '../words/words'
import './code-exchange'

/** For so long after a change of the code its buttons do nothing, so that a press meant for the old one is lost. */
const settle_ms = 1500

export class CodeComparison extends LightElement {
  static override properties = {
    call: { attribute: false },
    snapshot: { attribute: false },
    changed: { state: true },
    settling: { state: true },
    qrShown: { state: true },
  }
  declare call: Call
  declare snapshot: CallSnapshot
  declare private changed: boolean
  declare private settling: boolean
  declare private qrShown: boolean
  #code = ''
  #timer = 0

  constructor() {
    super()
    this.changed = false
    this.settling = false
    this.qrShown = false
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    const { epochCode } = this.snapshot.security
    if (!changes.has('snapshot') || epochCode === this.#code) return
    if (this.#code !== '' && epochCode !== '') {
      this.changed = true
      this.settling = true
      clearTimeout(this.#timer)
      this.#timer = window.setTimeout(() => (this.settling = false), settle_ms)
    }
    this.#code = epochCode
  }

  override render(): TemplateResult {
    const others = this.snapshot.people.filter((person) => !person.self)
    return html`<section class="comparison" aria-labelledby="comparison-title">
      <h3 id="comparison-title">${say('compare.title')}</h3>
      ${others.length === 0 ? html`<p class="soft">${say('compare.none')}</p>` : this.#compare(others.every((person) => person.trust === 'compared'))}
      <ul class="trust-list" aria-label=${say('people.title')}>
        ${others.map((person) => html`<li>${avatar(person)}<span class="strong">${person.name}</span><span class="trust trust-${person.trust}">${icon(trustSign(person))}${trustInWords(person)}</span></li>`)}
      </ul>
    </section>`
  }

  #compare(compared: boolean): TemplateResult {
    return html`<p>${say(compared ? 'compare.done' : 'compare.more')}</p>
      <p class="epoch-code" data-testid="epoch-code" dir="ltr">${this.#groups()}</p>
      <p class="strong small" aria-live="assertive">${this.changed ? say('compare.changed') : nothing}</p>
      <p class="actions">
        ${
          this.snapshot.comparison?.phase === 'comparing'
            ? nothing
            : html`<button type="button" class="primary" ?disabled=${this.settling} @click=${() => this.#say(true)}>${say('compare.match')}</button>
                <button type="button" ?disabled=${this.settling} @click=${() => this.#say(false)}>${say('compare.differ')}</button>`
        }
        <button type="button" class="quiet" aria-expanded=${this.qrShown ? 'true' : 'false'} @click=${() => (this.qrShown = !this.qrShown)}>
          ${say(this.qrShown ? 'compare.qr.hide' : 'compare.qr')}
        </button>
      </p>
      ${this.qrShown ? html`<code-exchange .call=${this.call} .snapshot=${this.snapshot}></code-exchange>` : nothing}`
  }

  /** Each group on its own, with the blanks between them kept as text. */
  #groups(): ReadonlyArray<TemplateResult | string> {
    return this.#code.split(' ').flatMap((group, at) => [at > 0 ? ' ' : '', html`<span>${group}</span>`])
  }

  #say(match: boolean): void {
    this.changed = false
    void this.call.compared(match, this.#code)
  }
}

customElements.define('code-comparison', CodeComparison)
