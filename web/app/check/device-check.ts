/** Before the call: a name, the devices, how we look and sound, and what joining means. Nothing is sent from here. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Call, CallSnapshot } from '../../client/mod'
import { icon, type IconName } from '../parts/icons'
import { LightElement } from '../parts/light'
import { say } from '../words/words'
import { deviceRow, revoking } from './device-row'
import './level-meter'
import { nameProblem } from './name'

export class DeviceCheck extends LightElement {
  static override properties = { call: { attribute: false }, snapshot: { attribute: false }, nameSays: { state: true } }
  declare call: Call
  declare snapshot: CallSnapshot
  declare private nameSays: string

  constructor() {
    super()
    this.nameSays = ''
  }

  override render(): TemplateResult {
    const { self, topology, recording } = this.snapshot
    return html`<main class="check">
      <form id="check-form" class="check-form" novalidate @submit=${this.#join}>
        <h1 tabindex="-1">${say('check.title')}</h1>
        <p class="lead">${say('check.lead')}</p>
        ${this.#name(self.name)} ${deviceRow(this.call, self.microphone, self.microphone.live && self.microphone.wanted ? this.#level() : nothing)}
        ${deviceRow(this.call, self.camera)} ${revoking()}
      </form>
      <div class="check-side">
        ${this.#preview()}
        <div class="check-go">
          <p>${say(`check.short.${topology}`)} ${say(`check.short.${recording}`)}</p>
          <button form="check-form" class="primary large">${say('check.join')}</button>
        </div>
        ${promise(this.snapshot)}
      </div>
    </main>`
  }

  protected override updated(): void {
    const video = this.querySelector('video')
    const { preview } = this.snapshot.self
    if (video && preview && video.srcObject !== preview) video.srcObject = preview
  }

  #name(name: string): TemplateResult {
    return html`<div class="field">
      <label for="own-name">${say('check.name')}</label>
      <input
        id="own-name"
        type="text"
        autocomplete="name"
        maxlength="128"
        aria-describedby="own-name-more"
        aria-invalid=${this.nameSays ? 'true' : 'false'}
        .value=${name}
        @input=${(event: Event) => {
          this.nameSays = ''
          this.call.setName((event.target as HTMLInputElement).value)
        }}
      />
      <p id="own-name-more" class=${this.nameSays ? 'strong small' : 'soft small'} aria-live="polite">${this.nameSays || say('check.name.more')}</p>
    </div>`
  }

  #level(): TemplateResult {
    return html`<level-meter .level=${() => this.call.microphoneLevel()}></level-meter>
      <p class="soft small">${say('check.level.more')}</p>`
  }

  #preview(): TemplateResult {
    const { camera, preview } = this.snapshot.self
    const off = camera.wanted && !camera.problem ? say('check.preview.starting') : say('check.preview.off')
    return html`<figure class="preview">
      ${
        camera.live && preview
          ? html`<video class="mirrored" autoplay playsinline .muted=${true} aria-label=${say('check.preview')}></video>`
          : html`<p class="preview-off">${icon('camera-off')}${off}</p>`
      }
      <figcaption class="soft small">${say('check.preview')}</figcaption>
    </figure>`
  }

  readonly #join = (event: Event): void => {
    event.preventDefault()
    const field = this.querySelector<HTMLInputElement>('#own-name')
    const problem = nameProblem(field?.value ?? '')
    this.nameSays = problem ? say(problem) : ''
    if (problem) field?.focus()
    else void this.call.join()
  }
}

function promise({ topology, recording }: CallSnapshot): TemplateResult {
  const rows: ReadonlyArray<readonly [IconName, string, string]> = [
    ['eye', say('promise.who'), say(`promise.who.${topology}`)],
    [recording === 'forbidden' ? 'record-off' : 'record', say('promise.recording'), say(`promise.recording.${recording}`)],
    ['server', say('promise.server'), say('promise.server.more')],
  ]
  return html`<section class="promise" aria-labelledby="promise-title">
    <h2 id="promise-title">${say('promise.title')}</h2>
    <ul>
      ${rows.map(
        ([sign, title, more]) =>
          html`<li>
            ${icon(sign)}
            <p><span class="strong">${title}</span>${more}</p>
          </li>`,
      )}
    </ul>
  </section>`
}

customElements.define('device-check', DeviceCheck)

declare global {
  interface HTMLElementTagNameMap {
    'device-check': DeviceCheck
  }
}
