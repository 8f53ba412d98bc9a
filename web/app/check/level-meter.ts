/** How loud our microphone is, drawn in animation frames through a custom property, told to assistive tools four times a second. */
import { html, type TemplateResult } from 'lit'
import { LightElement } from '../parts/light'
import { say } from '../words/words'

const told_ms = 250

export class LevelMeter extends LightElement {
  static override properties = { level: { attribute: false } }
  /** 0 … 1. */
  declare level: () => number
  #frame = 0
  #told = 0

  override connectedCallback(): void {
    super.connectedCallback()
    this.#frame = requestAnimationFrame(this.#tick)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    cancelAnimationFrame(this.#frame)
  }

  override render(): TemplateResult {
    return html`<div class="meter" role="meter" aria-label=${say('check.level')} aria-valuemin="0" aria-valuemax="100" aria-valuenow="0">
      <span class="meter-bar"></span>
    </div>`
  }

  readonly #tick = (now: number): void => {
    this.#frame = requestAnimationFrame(this.#tick)
    const meter = this.querySelector<HTMLElement>('.meter')
    if (!meter) return
    const level = Math.min(1, Math.max(0, this.level()))
    meter.style.setProperty('--level', level.toFixed(3))
    if (now - this.#told < told_ms) return
    this.#told = now
    meter.setAttribute('aria-valuenow', String(Math.round(level * 100)))
  }
}

customElements.define('level-meter', LevelMeter)
