/** Copies a text, says so where the finger is, and says what to do when the browser does not let it. */
import { html, nothing, type TemplateResult } from 'lit'
import { say } from '../words/words'
import { icon } from './icons'
import { LightElement } from './light'

const shownFor_ms = 2500

export class CopyButton extends LightElement {
  static override properties = { text: { attribute: false }, label: {}, quiet: { type: Boolean }, answer: { state: true } }
  declare text: string
  declare label: string
  /** Only the sign, for use beside a value; the label is still its name. */
  declare quiet: boolean
  declare private answer: '' | 'copied' | 'copy.failed'
  #timer = 0

  constructor() {
    super()
    this.answer = ''
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  override render(): TemplateResult {
    const words = this.answer ? say(this.answer) : ''
    return html`<button type="button" class=${this.quiet ? 'quiet square' : ''} aria-label=${this.label} @click=${this.#copy}>
        ${icon(this.answer === 'copied' ? 'check' : 'copy')}${this.quiet ? nothing : html`<span>${words || this.label}</span>`}
      </button>
      <span aria-live="polite" class=${this.quiet && words ? 'copy-answer' : 'unseen'}>${words}</span>`
  }

  readonly #copy = async (): Promise<void> => {
    this.answer = await navigator.clipboard.writeText(this.text).then(
      () => 'copied' as const,
      () => 'copy.failed' as const,
    )
    clearTimeout(this.#timer)
    this.#timer = window.setTimeout(() => (this.answer = ''), shownFor_ms)
  }
}

customElements.define('copy-button', CopyButton)
