/** Seven emoji that everybody sees, if nobody stands between. What is confirmed is the run that was on the screen, never one that slipped in. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Call, CallSnapshot, EmojiComparison } from '../../client/mod'
import { icon, type IconName } from '../parts/icons'
import { LightElement } from '../parts/light'
import { say } from '../words/words'
import { called, endingInWords, inState, isDenied, listed, own } from './comparison-words'

/** For so long after emoji came onto the screen their buttons do nothing, so that a press meant for something else is lost. */
const settle_ms = 1500

export class EmojiCompare extends LightElement {
  static override properties = { call: { attribute: false }, snapshot: { attribute: false }, settling: { state: true } }
  declare call: Call
  declare snapshot: CallSnapshot
  declare private settling: boolean
  #shownRun = ''
  #timer = 0

  constructor() {
    super()
    this.settling = false
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    const run = this.snapshot.comparison
    if (!changes.has('snapshot') || run?.phase !== 'comparing' || run.runId === this.#shownRun) return
    this.#shownRun = run.runId
    this.settling = true
    clearTimeout(this.#timer)
    this.#timer = window.setTimeout(() => (this.settling = false), settle_ms)
  }

  /** Whoever pressed "Compare emoji" goes on at the heading: the button is gone. */
  protected override firstUpdated(): void {
    if (this.snapshot.comparison?.phase !== 'void' && document.activeElement === document.body) this.querySelector('h3')?.focus()
  }

  override render(): TemplateResult {
    const run = this.snapshot.comparison
    return html`<section class="comparison emoji-comparison" aria-labelledby="emoji-title">
      <h3 id="emoji-title" tabindex="-1">${say('emoji.title')}</h3>
      ${run === undefined ? this.#idle() : this.#of(run)}
    </section>`
  }

  #of(run: EmojiComparison): TemplateResult {
    if (run.phase === 'void') return html`${told('notice', endingInWords(run))} ${this.#button()}`
    if (run.phase !== 'comparing') return preparing(run)
    if (isDenied(run)) return html`${denied(run)} ${seven(run)} ${results(run)} ${this.#button()}`
    if (own(run)?.state !== 'match') return this.#question(run)
    const isDone = inState(run, 'match').length === run.people.length
    return html`${told('shield-check', isDone ? `${say('emoji.matched')} ${say('emoji.matched.all')}` : say('emoji.matched'))} ${seven(run)}
    ${results(run)} ${isDone ? this.#button() : nothing}`
  }

  #idle(): TemplateResult {
    const others = this.snapshot.people.filter((person) => !person.self)
    if (others.length === 0) return html`<p class="soft">${say('emoji.none')}</p>`
    const isDone = others.every((person) => person.trust === 'compared')
    return html`<p>${say(isDone ? 'emoji.done' : 'emoji.more')}</p>
      ${this.#button()}`
  }

  #button(): TemplateResult {
    const isFirst = this.snapshot.comparison === undefined
    const isAlone = this.snapshot.people.every((person) => person.self)
    return html`<p class="actions">
      <button type="button" class=${isFirst ? 'primary' : ''} ?disabled=${isAlone} @click=${() => this.call.compareEmoji()}>
        ${say('emoji.start')}
      </button>
    </p>`
  }

  #question(run: EmojiComparison): TemplateResult {
    return html`<p class="lead">${say('emoji.read')}</p>
      ${seven(run)}
      <p class="actions">
        <button type="button" class="primary" ?disabled=${this.settling} @click=${() => this.#say(true)}>${say('compare.match')}</button>
        <button type="button" ?disabled=${this.settling} @click=${() => this.#say(false)}>${say('compare.differ')}</button>
      </p>
      ${results(run)}`
  }

  #say(match: boolean): void {
    void this.call.emojiCompared(match, this.#shownRun)
  }
}

function preparing(run: EmojiComparison): TemplateResult {
  const missing = inState(run, 'waited-for')
  const ready = run.people.length - missing.length
  return html`<p>${say('emoji.preparing')}</p>
    <div class="emoji-waiting">
      <progress
        max=${run.people.length * 2}
        value=${ready + (run.phase === 'revealing' ? run.people.length : 0)}
        aria-label=${say('emoji.title')}
      ></progress>
      <p>
        ${say('emoji.progress', { ready, all: run.people.length })} ${missing.length > 0 ? say('emoji.waiting', { names: listed(missing) }) : nothing}
      </p>
    </div>`
}

function seven(run: EmojiComparison): TemplateResult {
  return html`<ol class="emoji" data-testid="sas-emoji" aria-label=${say('emoji.seven')}>
    ${run.emoji.map(({ sign, word }) => html`<li><span class="emoji-sign" aria-hidden="true">${sign}</span> <span class="emoji-word">${word}</span></li> `)}
  </ol>`
}

const outcomes = {
  match: ['shield-check', 'emoji.said.match'],
  differ: ['shield-broken', 'emoji.said.differ'],
  'waited-for': ['person', 'emoji.said.nothing'],
  ready: ['person', 'emoji.said.nothing'],
  blamed: ['notice', 'emoji.said.nothing'],
} as const

function results(run: EmojiComparison): TemplateResult {
  return html`<ul class="emoji-results" aria-label=${say('emoji.said')}>
    ${run.people.map((person) => {
      const [sign, words] = outcomes[person.state]
      return html`<li class="emoji-result result-${person.state}">
        ${icon(sign)}<span class="strong" dir="auto">${called(person)}</span><span>${say(words)}</span>
      </li>`
    })}
  </ul>`
}

function denied(run: EmojiComparison): TemplateResult {
  if (own(run)?.state === 'differ') return told('shield-broken', say('emoji.differ.self'), true)
  return html`${told('shield-broken', say('emoji.differ', { names: listed(inState(run, 'differ')) }), true)}
    <p>${say('emoji.differ.more')}</p>`
}

function told(sign: IconName, words: string, isBad = false): TemplateResult {
  return html`<p class="emoji-told ${isBad ? 'is-bad' : ''}">${icon(sign)}<span class="strong">${words}</span></p>`
}

customElements.define('emoji-comparison', EmojiCompare)
