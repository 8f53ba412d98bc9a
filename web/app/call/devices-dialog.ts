/** Devices during the call: what is live, which one, how to take the permission back; and how well the network carries. */
import { html, type TemplateResult } from 'lit'
import type { Call, CallSnapshot } from '../../client/mod'
import { deviceKinds, help, permission, picker, revoking } from '../check/device-row'
import { icon } from '../parts/icons'
import { Modal } from '../parts/modal'
import { say } from '../words/words'

export class DevicesDialog extends Modal {
  static override properties = { ...Modal.properties, call: { attribute: false }, snapshot: { attribute: false } }
  declare call: Call
  declare snapshot: CallSnapshot
  protected readonly heading = say('devices.title')
  protected readonly shape = 'narrow'

  protected override content(): TemplateResult {
    return html`${deviceKinds.map((kind) => {
        const device = this.snapshot.self[kind]
        return html`<section class="device" aria-label=${say(`device.${kind}`)}>
          <h3 class="device-head">${icon(device.live ? kind : `${kind}-off`)}${say(`device.${kind}`)}</h3>
          ${picker(this.call, device)}
          <p class="soft small">${permission(device)}</p>
          ${help(this.call, device)}
        </section>`
      })}
      ${revoking()}
      <section class="device" aria-label=${say('network.title')}>
        <h3 class="device-head">${icon('wave')}${say('network.title')}</h3>
        <p>${say(`network.${this.snapshot.quality}`)}</p>
      </section>`
  }
}

customElements.define('devices-dialog', DevicesDialog)
