/** Above the people: the one sentence of state, and which of our devices are live. Both open what stands behind them. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Call, CallSnapshot, E2eeState } from '../../client/mod'
import { icon, mark, type IconName } from '../parts/icons'
import { say } from '../words/words'

const signs = { secure: 'shield-check', unverified: 'shield-half', broken: 'shield-broken' } as const satisfies Record<E2eeState, IconName>

export function stateSign(state: E2eeState): IconName {
  return signs[state]
}

export function head(call: Call, snapshot: CallSnapshot, onSecurity: () => void, onDevices: () => void): TemplateResult {
  const { state, sentence } = snapshot.security
  return html`<header class="call-head">
    <h1 class="brand" tabindex="-1">${mark()}<span>${say('brand')}</span></h1>
    <button type="button" class="state state-${state}" aria-haspopup="dialog" @click=${onSecurity}>
      ${icon(stateSign(state))}<span>${sentence}</span>
    </button>
    <div class="head-side">${onlySound(call, snapshot)} ${quality(snapshot)} ${liveDevices(snapshot, onDevices)}</div>
  </header>`
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
