/** Above the people: the one sentence of state, and which of our devices are live. Both open what stands behind them. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Call, CallSnapshot, E2eeState } from '../../client/mod'
import { icon, mark, type IconName } from '../parts/icons'
import { count, say } from '../words/words'

const signs = { secure: 'shield-check', unverified: 'shield-half', broken: 'shield-broken' } as const satisfies Record<E2eeState, IconName>

export function stateSign(state: E2eeState): IconName {
  return signs[state]
}

export interface HeadView {
  readonly call: Call
  readonly snapshot: CallSnapshot
  readonly onSecurity: () => void
  readonly onDevices: () => void
  readonly onPeople: () => void
}

export function head({ call, snapshot, onSecurity, onDevices, onPeople }: HeadView): TemplateResult {
  const { state, sentence } = snapshot.security
  return html`<header class="call-head">
    <h1 class="brand" tabindex="-1">${mark()}<span>${say('brand')}</span></h1>
    <button type="button" class="state state-${state}" aria-haspopup="dialog" @click=${onSecurity}>
      ${icon(stateSign(state))}<span>${sentence}</span>
    </button>
    <div class="head-side">${onlySound(call, snapshot)} ${quality(snapshot)} ${people(snapshot, onPeople)} ${liveDevices(snapshot, onDevices)}</div>
  </header>`
}

/** Opens the list of people; on the host's device it says whether somebody waits. */
function people({ host, locked }: CallSnapshot, onPeople: () => void): TemplateResult {
  const waiting = host?.waiting.length ?? 0
  const name = waiting > 0 ? count('people.open.waiting', waiting) : say('people.open')
  return html`<button type="button" class="people-button" aria-haspopup="dialog" aria-label=${name} @click=${onPeople}>
    ${icon(locked ? 'lock' : 'person')}<span class="live-words" aria-hidden="true">${say('people.open')}</span>
    ${waiting > 0 ? html`<span class="badge" data-count=${waiting}></span>` : nothing}
  </button>`
}

/** Always there; a filled dot while the browser's own light is on, be it only for a muted microphone. */
function liveDevices({ self }: CallSnapshot, onDevices: () => void): TemplateResult {
  const camera = self.camera.live ? 'on' : 'off'
  const microphone = !self.microphone.live ? 'off' : self.microphone.wanted ? 'on' : 'muted'
  const words = say(`live.${camera}.${microphone}`)
  const live = self.camera.live || self.microphone.live
  return html`<button
    type="button"
    class="live ${live ? 'is-live' : ''}"
    aria-haspopup="dialog"
    aria-label="${words}. ${say('live.devices')}"
    @click=${onDevices}
  >
    <span class="live-dot" aria-hidden="true"></span>${icon(camera === 'on' ? 'camera' : 'camera-off')}${icon(
      microphone === 'on' ? 'microphone' : 'microphone-off',
    )}<span class="live-words" aria-hidden="true">${words}</span>
  </button>`
}

/** Says why nobody is seen, and takes it back. */
function onlySound(call: Call, { pictures }: CallSnapshot): TemplateResult | typeof nothing {
  if (pictures !== 'only-sound') return nothing
  return html`<button
    type="button"
    class="chip"
    aria-label="${say('menu.only-sound')}. ${say('pictures.show')}"
    @click=${() => call.setOnlySound(false)}
  >
    ${icon('speaker')}<span>${say('menu.only-sound')}</span>${icon('close')}
  </button>`
}

function quality({ quality }: CallSnapshot): TemplateResult | typeof nothing {
  if (quality !== 'weak' && quality !== 'lost') return nothing
  return html`<span class="quality">${icon('wave')}${say(`quality.${quality}`)}</span>`
}
