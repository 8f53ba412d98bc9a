/** The keys of the call, and whether they work alone too. */
import { html, type TemplateResult } from 'lit'
import { Modal } from '../parts/modal'
import { say } from '../words/words'
import { letterOf, setSingleKeys, shortcuts, singleKeys } from './shortcuts'

export class KeysDialog extends Modal {
  protected readonly heading = say('keys.title')
  protected readonly shape = 'narrow'

  protected override content(): TemplateResult {
    return html`<dl class="keys">
        ${shortcuts.map(
          (shortcut) =>
            html`<div>
              <dt>${say(`keys.${shortcut}`)}</dt>
              <dd><kbd>Alt</kbd> <kbd>${letterOf(shortcut)}</kbd></dd>
            </div>`,
        )}
      </dl>
      <section class="device" aria-label=${say('keys.single')}>
        <div class="device-head">
          <label for="single-keys">${say('keys.single')}</label>
          <input
            type="checkbox"
            class="switch"
            id="single-keys"
            aria-describedby="single-keys-more"
            .checked=${singleKeys()}
            @change=${(event: Event) => setSingleKeys((event.target as HTMLInputElement).checked)}
          />
        </div>
        <p class="soft small" id="single-keys-more">${say('keys.single.more')}</p>
      </section>
      <p class="soft small">${say('keys.menu')}</p>`
  }
}

customElements.define('keys-dialog', KeysDialog)
