/** One person: their picture and sound, or their initials; their name; what is off; and how far they are trusted. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Person } from '../../client/mod'
import { icon } from '../parts/icons'
import { LightElement } from '../parts/light'
import { avatar, trustInWords, trustSign } from '../parts/person-marks'
import { say } from '../words/words'
import { TileHeight } from './shown_height'

export class PersonTile extends LightElement {
  static override properties = { person: { attribute: false }, label: { attribute: false }, silenced: { state: true } }
  declare person: Person
  /** The name, with a mark of the device when two people carry the same one. */
  declare label: string
  /** The browser plays no sound before a person's press. */
  declare private silenced: boolean
  readonly #height = new TileHeight(this)

  constructor() {
    super()
    this.silenced = false
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#height.stop()
  }

  override render(): TemplateResult {
    const { person } = this
    const pictured = shows(person)
    return html`<div
      class="tile ${person.self ? 'is-self' : ''} ${pictured ? 'is-pictured' : ''}"
      role="group"
      aria-label=${this.label}
      data-presence=${person.presence}
    >
      <video
        class="${person.self ? 'mirrored' : ''} ${pictured ? '' : 'veiled'}"
        autoplay
        playsinline
        aria-label=${this.label}
        @resize=${this.#shaped}
      ></video>
      ${pictured ? nothing : html`<div class="tile-face">${avatar(person)}</div>`}
      ${this.silenced ? html`<button type="button" class="tile-hear primary" @click=${this.#hear}>${icon('speaker')}${say('person.hear')}</button>` : nothing}
      ${plate(person, this.label)}
    </div>`
  }

  protected override updated(): void {
    const video = this.querySelector('video') as HTMLVideoElement
    const stream = this.person.stream ?? null
    this.#height.draw(this.person)
    video.muted = this.person.self || this.silenced
    if (video.srcObject === stream) return
    video.srcObject = stream
    if (stream) void this.#play(video)
  }

  /** With sound if the browser lets us, else without it and with a button. */
  async #play(video: HTMLVideoElement): Promise<void> {
    try {
      await video.play()
    } catch (refused) {
      if ((refused as DOMException).name !== 'NotAllowedError' || this.person.self) return
      this.silenced = true
      video.muted = true
      await video.play().catch(() => undefined)
    }
  }

  /** The tile takes the shape of its picture, so that a lone picture has no bars. */
  readonly #shaped = (event: Event): void => {
    const { videoWidth, videoHeight } = event.target as HTMLVideoElement
    if (videoWidth > 0 && videoHeight > 0) this.style.setProperty('--aspect', (videoWidth / videoHeight).toFixed(4))
  }

  readonly #hear = (): void => {
    this.silenced = false
    const video = this.querySelector('video') as HTMLVideoElement
    video.muted = false
    void this.#play(video)
  }
}

export function shows(person: Person): boolean {
  return person.stream !== undefined && (person.media.camera || person.media.screen)
}

function plate(person: Person, label: string): TemplateResult {
  return html`<p class="plate">
    ${person.self ? nothing : html`<span class="plate-trust trust-${person.trust}">${icon(trustSign(person))}<span class="unseen">${trustInWords(person)}</span></span>`}
    <span class="plate-name" dir="auto">${label}</span>
    ${person.self ? html`<span class="plate-you">${say('person.you')}</span>` : nothing}
    ${person.media.microphone ? nothing : html`<span class="plate-off">${icon('microphone-off')}<span class="unseen">${say('person.muted')}</span></span>`}
    ${presence(person)}
  </p>`
}

function presence(person: Person): TemplateResult | typeof nothing {
  if (person.presence === 'here' || person.self) return nothing
  return html`<span class="plate-presence">${say(person.presence === 'quiet' ? 'person.quiet' : 'person.connecting')}</span>`
}

customElements.define('person-tile', PersonTile)
