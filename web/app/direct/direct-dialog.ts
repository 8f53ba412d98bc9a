/** Asks before a connection that shows this device's network address. Closing it without an answer means "Stay private". */
import { html, type TemplateResult } from 'lit'
import type { Call, CallSnapshot } from '../../client/mod'
import { icon } from '../parts/icons'
import { Modal } from '../parts/modal'
import { say } from '../words/words'

export class DirectDialog extends Modal {
  static override properties = { ...Modal.properties, call: { attribute: false }, snapshot: { attribute: false } }
  declare call: Call
  declare snapshot: CallSnapshot
  protected readonly heading = say('direct.title')
  protected readonly shape = 'narrow'

  constructor() {
    super()
    this.addEventListener('dismiss', () => void this.call.answerDirect(false))
  }

  protected override get closable(): boolean {
    return false
  }

  protected override content(): TemplateResult {
    const name = this.snapshot.people.find((person) => !person.self)?.name ?? say('direct.someone')
    return html`<p class="lead">${say('direct.lead')}</p>
      <ul class="weigh">
        <li>
          ${icon('eye')}
          <p><span class="strong">${say('direct.shows')}</span>${say('direct.shows.them', { name })}</p>
        </li>
        <li>
          ${icon('lock')}
          <p><span class="strong">${say('direct.hides')}</span>${say('direct.hides.more')}</p>
        </li>
      </ul>
      <p class="soft">${say('direct.otherwise')}</p>
      <p class="actions">
        <button type="button" @click=${() => this.call.answerDirect(false)}>${say('direct.no')}</button>
        <button type="button" class="primary" @click=${() => this.call.answerDirect(true)}>${say('direct.yes')}</button>
      </p>`
  }
}

customElements.define('direct-dialog', DirectDialog)
