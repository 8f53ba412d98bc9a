/** One of our devices: switch, picker, permission in words, and help when it does not work. */
import { html, nothing, type TemplateResult } from 'lit'
import { live } from 'lit/directives/live.js'
import type { Call, DeviceKind, LocalDevice } from '../../client/mod'
import { icon } from '../parts/icons'
import { deviceProblem } from '../parts/problem-words'
import { say } from '../words/words'

export function deviceRow(call: Call, device: LocalDevice, extra: TemplateResult | typeof nothing = nothing): TemplateResult {
  const { kind } = device
  return html`<div class="device">
    <div class="device-head">
      ${icon(device.live && device.wanted ? kind : `${kind}-off`)}
      <label for="want-${kind}">${say(`device.${kind}`)}</label>
      <input
        type="checkbox"
        class="switch"
        id="want-${kind}"
        aria-describedby="permission-${kind}"
        .checked=${live(device.wanted)}
        @change=${(event: Event) => call.setDevice(kind, (event.target as HTMLInputElement).checked)}
      />
    </div>
    ${picker(call, device)} ${extra}
    <p class="soft small" id="permission-${kind}">${permission(device)}</p>
    ${help(call, device)}
  </div>`
}

export function picker(call: Call, device: LocalDevice): TemplateResult | typeof nothing {
  if (device.choices.length === 0) return nothing
  return html`<select
    aria-label=${say(`device.${device.kind}.choice`)}
    @change=${(event: Event) => call.chooseDevice(device.kind, (event.target as HTMLSelectElement).value)}
  >
    ${device.choices.map(
      (choice, at) =>
        html`<option .value=${choice.id} ?selected=${choice.id === device.chosen}>
          ${choice.label || say('device.unnamed', { number: at + 1 })}
        </option>`,
    )}
  </select>`
}

export function permission(device: LocalDevice): string {
  const words = say(`device.permission.${device.permission}`)
  if (!device.live) return words
  return `${say(device.wanted ? 'device.live' : 'device.muted')} ${words}`
}

/** What happened, and the one thing to do. */
export function help(call: Call, device: LocalDevice): TemplateResult | typeof nothing {
  if (!device.problem) return nothing
  const { title, advice } = deviceProblem(device.kind, device.problem)
  return html`<div class="notice" role="alert">
    ${icon('notice')}
    <div>
      <p class="strong">${title}</p>
      <p>${advice}</p>
      <button type="button" @click=${() => call.retryDevice(device.kind)}>${say('device.again')}</button>
    </div>
  </div>`
}

export function revoking(): TemplateResult {
  return html`<details class="revoke">
    <summary>${say('device.revoke')}</summary>
    <p class="soft">${say('device.revoke.more')}</p>
  </details>`
}

export const deviceKinds: readonly DeviceKind[] = ['microphone', 'camera']
