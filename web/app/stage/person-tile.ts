/** One person: their picture and sound, or their initials; their name; what is off; how far they are trusted. Or the screen that they share. */
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Person } from '../../client/mod'
import { icon } from '../parts/icons'
import { LightElement } from '../parts/light'
import { avatar, isMuted, trustInWords, trustSign } from '../parts/person-marks'
import { reactionSign } from '../parts/reactions'
import { say } from '../words/words'
import { TileHeight } from './shown_height'

export interface Pin {
  readonly isPinned: boolean
  readonly press: () => void
}

export class PersonTile extends LightElement {
  static override properties = {
    person: { attribute: false },
    label: { attribute: false },
    isScreen: { attribute: false },
    pin: { attribute: false },
    silenced: { state: true },
    drawn: { state: true },
  }
  declare person: Person
  /** The name, with a mark of the device when two people carry the same one. */
  declare label: string
  /** Shows what they share, not them. */
  declare isScreen: boolean
  declare pin: Pin | undefined
  /** The browser plays no sound before a person's press. */
  declare private silenced: boolean
  /** There is a picture of this stream. */
  declare private drawn: boolean
  readonly #height = new TileHeight(this)

  constructor() {
    super()
    this.isScreen = false
    this.silenced = false
    this.drawn = false
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#height.stop()
  }

  override render(): TemplateResult {
    const { person, isScreen } = this
    const pictured = (isScreen ? person.screen !== undefined : shows(person)) && (person.self || this.drawn)
    const speaks = !isScreen && person.speaking === true
    return html`<div
      class="tile ${person.self ? 'is-self' : ''} ${pictured ? 'is-pictured' : ''} ${isScreen ? 'is-screen' : ''} ${speaks ? 'is-speaking' : ''}"
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
        @loadeddata=${this.#shaped}
      ></video>
      ${
        pictured
          ? nothing
          : html`<div class="tile-face">
              ${
                isScreen
                  ? html`${icon('screen')}
                      <p>${say('person.screen.starting')}</p>`
                  : avatar(person)
              }
            </div>`
      }
      ${this.silenced ? html`<button type="button" class="tile-hear primary" @click=${this.#hear}>${icon('speaker')}${say('person.hear')}</button>` : nothing}
      ${isScreen ? nothing : gestures(person)} ${isScreen ? screenPlate(this.label) : plate(person, this.label)} ${this.#pinButton()}
    </div>`
  }

  protected override updated(): void {
    const video = this.querySelector('video') as HTMLVideoElement
    const stream = (this.isScreen ? this.person.screen : this.person.stream) ?? null
    this.#height.draw(this.person, this.isScreen ? 'screen' : 'camera')
    video.muted = this.person.self || this.silenced
    if (video.srcObject === stream) return
    video.srcObject = stream
    this.drawn = false
    if (stream) void this.#play(video)
  }

  #pinButton(): TemplateResult | typeof nothing {
    const { pin } = this
    if (!pin) return nothing
    const name = say(pin.isPinned ? 'person.unpin' : 'person.pin', { name: this.label })
    return html`<button type="button" class="tile-pin ${pin.isPinned ? 'is-pinned' : ''}" aria-label=${name} title=${name} @click=${pin.press}>
      ${icon(pin.isPinned ? 'unpin' : 'pin')}
    </button>`
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
    const { readyState, videoWidth, videoHeight } = event.target as HTMLVideoElement
    if (videoWidth === 0 || videoHeight === 0) return
    this.drawn ||= readyState >= HTMLMediaElement.HAVE_CURRENT_DATA
    this.style.setProperty('--aspect', (videoWidth / videoHeight).toFixed(4))
  }

  readonly #hear = (): void => {
    this.silenced = false
    const video = this.querySelector('video') as HTMLVideoElement
    video.muted = false
    void this.#play(video)
  }
}

export function shows(person: Person): boolean {
  return person.media.camera && (person.stream?.getVideoTracks().length ?? 0) > 0
}

function gestures({ hand, reactions = [] }: Person): TemplateResult {
  return html`${
      hand === undefined
        ? nothing
        : html`<p class="tile-hand">
            ${icon('hand')}<span aria-hidden="true">${hand}</span><span class="unseen">${say('person.hand', { place: hand })}</span>
          </p>`
    }
    <div class="tile-reactions" aria-hidden="true">
      ${repeat(
        reactions,
        ({ number }) => number,
        ({ name }) => html`<span class="reaction">${reactionSign(name)}</span>`,
      )}
    </div>`
}

function plate(person: Person, label: string): TemplateResult {
  return html`<p class="plate">
    ${person.self ? nothing : html`<span class="plate-trust trust-${person.trust}">${icon(trustSign(person))}<span class="unseen">${trustInWords(person)}</span></span>`}
    <span class="plate-name" dir="auto">${label}</span>
    ${person.self ? html`<span class="plate-you">${say('person.you')}</span>` : nothing}
    ${isMuted(person) ? html`<span class="plate-off">${icon('microphone-off')}<span class="unseen">${say('person.muted')}</span></span>` : nothing}
    ${person.speaking && person.media.microphone ? html`<span class="plate-speaks">${icon('wave')}<span class="unseen">${say('person.speaking')}</span></span>` : nothing}
    ${person.media.screen && person.self ? html`<span class="plate-off">${icon('screen')}<span class="unseen">${say('person.sharing')}</span></span>` : nothing}
    ${presence(person)}
  </p>`
}

function screenPlate(label: string): TemplateResult {
  return html`<p class="plate">
    <span class="plate-off">${icon('screen')}</span>
    <span class="plate-name" dir="auto">${label}</span>
  </p>`
}

function presence(person: Person): TemplateResult | typeof nothing {
  if (person.self) return nothing
  const words = person.presence === 'here' ? (person.quality === 'weak' ? 'person.weak' : undefined) : (`person.${person.presence}` as const)
  return words === undefined ? nothing : html`<span class="plate-presence">${say(words)}</span>`
}

customElements.define('person-tile', PersonTile)
