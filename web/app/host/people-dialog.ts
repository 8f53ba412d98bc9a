/** Who is here, with their marks; on the host's own device also what the host can do with each of them and with the room. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Call, CallSnapshot, Person } from '../../client/mod'
import { icon } from '../parts/icons'
import { linkField } from '../parts/link-card'
import { Modal } from '../parts/modal'
import { avatar, isMuted, trustInWords, trustSign } from '../parts/person-marks'
import { count, say } from '../words/words'
import { waitingList } from './waiting-list'

/** What is asked a second time before it is done: the end of the call, or a device that is to be removed. */
type Asked = { readonly what: 'none' | 'end' } | { readonly what: 'remove'; readonly device: string }

export class PeopleDialog extends Modal {
  static override properties = { ...Modal.properties, call: { attribute: false }, snapshot: { attribute: false }, asked: { state: true } }
  declare call: Call
  declare snapshot: CallSnapshot
  declare private asked: Asked
  protected readonly heading = say('people.title')
  protected readonly shape = 'narrow'

  constructor() {
    super()
    this.asked = { what: 'none' }
  }

  override willUpdate(): void {
    if (!this.open) this.asked = { what: 'none' }
  }

  protected override content(): TemplateResult {
    const { host, locked, people } = this.snapshot
    return html`${host ? waitingList(this.call, host) : nothing}
      <section class="people" aria-label=${say('people.here')}>
        <p class="soft small">${count('people.count', people.length)}${locked ? html` · ${icon('lock')} ${say('people.locked')}` : nothing}</p>
        <ul class="people-list">
          ${people.map((person) => this.#person(person))}
        </ul>
      </section>
      ${host ? this.#room(locked === true, host.newLink) : html`<p class="soft small">${say('people.host-decides')}</p>`}`
  }

  #person(person: Person): TemplateResult {
    const { asked } = this
    const id = `person-${person.leafIndex}`
    const mayDecide = this.snapshot.host !== undefined && !person.self
    return html`<li class="people-row">
      ${avatar(person)}
      <div class="people-who">
        <p class="strong" id=${id}>${person.name}${person.self ? html` <span class="soft">${say('people.you')}</span>` : nothing}</p>
        <p class="people-marks soft small">
          ${person.host ? html`<span class="host-mark">${icon('key')}${say('people.host')}</span>` : nothing}
          <span>${icon(trustSign(person))}${trustInWords(person)}</span>
          ${isMuted(person) ? html`<span>${icon('microphone-off')}${say('person.muted')}</span>` : nothing}
        </p>
      </div>
      ${mayDecide ? this.#verbs(person, id) : nothing}
      ${asked.what === 'remove' && asked.device === person.deviceKey ? this.#sureToRemove(person) : nothing}
    </li>`
  }

  #verbs(person: Person, id: string): TemplateResult {
    const device = person.deviceKey
    return html`<div class="people-verbs">
      <button type="button" aria-describedby=${id} ?disabled=${!person.media.microphone} @click=${() => this.call.decide({ what: 'mute', device })}>
        ${say('people.mute')}
      </button>
      <button
        type="button"
        aria-describedby=${id}
        aria-expanded=${this.asked.what === 'remove' && this.asked.device === device ? 'true' : 'false'}
        @click=${() => (this.asked = { what: 'remove', device })}
      >
        ${say('people.remove')}
      </button>
    </div>`
  }

  #sureToRemove({ name, deviceKey }: Person): TemplateResult {
    const remove = (): void => {
      this.asked = { what: 'none' }
      void this.call.decide({ what: 'remove', device: deviceKey })
    }
    return sure(
      say('people.remove.title', { name }),
      say('people.remove.more'),
      say('people.remove.yes'),
      say('people.remove.no'),
      remove,
      this.#cancel,
    )
  }

  #room(isLocked: boolean, newLink: string | undefined): TemplateResult {
    const end = (): void => void this.call.decide({ what: 'end' })
    return html`<section class="people-room" aria-label=${say('people.room')}>
      <h3>${say('people.room')}</h3>
      <p class="soft small">${say(isLocked ? 'people.unlock.more' : 'people.lock.more')}</p>
      <div class="actions">
        <button type="button" @click=${() => this.call.decide({ what: 'lock', locked: !isLocked })}>
          ${icon('lock')}${say(isLocked ? 'people.unlock' : 'people.lock')}
        </button>
        <button type="button" aria-expanded=${this.asked.what === 'end' ? 'true' : 'false'} @click=${() => (this.asked = { what: 'end' })}>
          ${icon('leave')}${say('people.end')}
        </button>
      </div>
      ${
        this.asked.what === 'end'
          ? sure(say('people.end.title'), say('people.end.more'), say('people.end.yes'), say('people.end.no'), end, this.#cancel)
          : nothing
      }
      ${newLink === undefined ? nothing : hostLink(newLink)}
    </section>`
  }

  readonly #cancel = (): void => {
    this.asked = { what: 'none' }
  }
}

/** What will happen, before it does. */
function sure(title: string, more: string, yes: string, no: string, onYes: () => void, onNo: () => void): TemplateResult {
  return html`<div class="sure" role="group" aria-label=${title}>
    <p class="strong">${title}</p>
    <p class="small">${more}</p>
    <div class="actions">
      <button type="button" class="leave" @click=${onYes}>${yes}</button>
      <button type="button" @click=${onNo}>${no}</button>
    </div>
  </div>`
}

function hostLink(link: string): TemplateResult {
  return html`<div class="host-link-new">
    <p class="strong">${say('people.new-link')}</p>
    <p class="soft small">${say('people.new-link.more')}</p>
    <div class="link-side">${linkField(link, say('people.new-link.label'), say('link.host.copy'))}</div>
  </div>`
}

customElements.define('people-dialog', PeopleDialog)
