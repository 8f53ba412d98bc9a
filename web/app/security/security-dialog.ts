/** Everything about how private the call is: a story, a comparison, the readings, and what remains. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Call, CallSnapshot } from '../../client/mod'
import { icon } from '../parts/icons'
import { Modal } from '../parts/modal'
import { notice } from '../stage/notices'
import { say } from '../words/words'
import './code-comparison'
import './emoji-comparison'
import { readings } from './readings'
import { story } from './story'

export class SecurityDialog extends Modal {
  static override properties = { ...Modal.properties, call: { attribute: false }, snapshot: { attribute: false } }
  declare call: Call
  declare snapshot: CallSnapshot
  protected readonly heading = say('security.title')
  protected readonly shape = 'wide'

  protected override content(): TemplateResult {
    const { security } = this.snapshot
    const emoji = html`<emoji-comparison .call=${this.call} .snapshot=${this.snapshot}></emoji-comparison>`
    // What people are at comes first, and stays there with what came of it.
    const isOn = this.snapshot.comparison !== undefined
    return html`<p class="lead">${security.sentence}</p>
      ${security.problems.length > 0 ? security.problems.map(notice) : nothing} ${isOn ? emoji : nothing} ${story(this.snapshot)}
      ${isOn ? nothing : emoji}
      <code-comparison .call=${this.call} .snapshot=${this.snapshot}></code-comparison>
      ${readings(this.snapshot)}
      <section aria-labelledby="remains-title">
        <h3 id="remains-title">${say('remains.title')}</h3>
        <ul class="remains">
          ${(['remains.page', 'remains.link', 'remains.device', 'remains.person', 'remains.traffic'] as const).map((id) => html`<li>${say(id)}</li>`)}
        </ul>
        <p><a href="/security" target="_blank" rel="noopener">${icon('more')}${say('security.more')}</a></p>
      </section>`
  }
}

customElements.define('security-dialog', SecurityDialog)
