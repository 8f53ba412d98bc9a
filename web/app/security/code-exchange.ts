/** The code of this device for somebody beside us, as QR and as text, and a field for theirs. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Call, CallSnapshot, CodeCheck } from '../../client/mod'
import '../parts/copy-button'
import { LightElement } from '../parts/light'
import { qrCode } from '../parts/qr'
import { say } from '../words/words'
import { ownCode } from './own-code'

export class CodeExchange extends LightElement {
  static override properties = { call: { attribute: false }, snapshot: { attribute: false }, found: { state: true } }
  declare call: Call
  declare snapshot: CallSnapshot
  declare private found: CodeCheck | undefined

  override render(): TemplateResult {
    const code = ownCode(this.snapshot)
    return html`<div class="own-mark">
        ${qrCode(code, say('compare.qr.label'))}
        <div>
          <p class="soft small">${say('compare.qr.more')}</p>
          <copy-button .text=${code} .label=${say('copy', { what: say('code.text') })}></copy-button>
        </div>
      </div>
      <form class="their-code" @submit=${this.#check}>
        <label for="their-code" class="strong">${say('code.theirs')}</label>
        <p class="soft small" id="their-code-more">${say('code.theirs.more')}</p>
        <div class="their-code-field">
          <input id="their-code" maxlength="200" autocomplete="off" spellcheck="false" dir="ltr" aria-describedby="their-code-more" />
          <button>${say('code.check')}</button>
        </div>
        <p role="status" class="strong">${this.found ? verdict(this.found) : nothing}</p>
      </form>`
  }

  readonly #check = async (event: Event): Promise<void> => {
    event.preventDefault()
    const field = this.querySelector('input')
    const text = field?.value.trim() ?? ''
    if (text === '') return
    this.found = undefined
    this.found = await this.call.checkCode(text)
    if (this.found.result === 'compared' && field) field.value = ''
  }
}

function verdict(found: CodeCheck): string {
  return found.result === 'compared' ? say('code.compared', { name: found.name }) : say(`code.${found.result}`)
}

customElements.define('code-exchange', CodeExchange)
