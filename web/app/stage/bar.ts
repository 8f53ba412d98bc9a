/** The actions of every call in one row that a thumb reaches, and one menu for all others. Each shows only what it can do. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Call, CallSnapshot, DeviceKind } from '../../client/mod'
import { icon, type IconName } from '../parts/icons'
import { count, say } from '../words/words'
import { stateSign } from './head'
import './more-menu'
import type { MenuActions } from './more-menu'

export interface BarView {
  readonly call: Call
  readonly snapshot: CallSnapshot
  readonly chatOpen: boolean
  readonly unread: number
  readonly onChat: () => void
  readonly onSecurity: () => void
  readonly menu: MenuActions
}

export function bar(view: BarView): TemplateResult {
  const { self } = view.snapshot
  const microphone = self.microphone.wanted
  const camera = self.camera.wanted
  return html`<div class="bar" role="group" aria-label=${say('bar')}>
    ${deviceButton(view, 'microphone', microphone, say(microphone ? 'bar.mute' : 'bar.unmute'), say(microphone ? 'bar.mute.short' : 'bar.unmute.short'))}
    ${deviceButton(view, 'camera', camera, say(camera ? 'bar.camera-off' : 'bar.camera-on'), say('bar.camera.short'))}
    ${self.screen.possible ? screenButton(view) : nothing}
    <button
      type="button"
      class="bar-button ${view.chatOpen ? 'is-open' : ''}"
      data-bar="chat"
      aria-label=${say('bar.chat')}
      aria-expanded=${view.chatOpen ? 'true' : 'false'}
      aria-describedby=${view.unread > 0 ? 'unread' : nothing}
      @click=${view.onChat}
    >
      ${icon('chat')}<span>${say('bar.chat')}</span>
      ${view.unread > 0 ? html`<span class="badge" data-count=${view.unread}></span><span id="unread" class="unseen">${count('bar.unread', view.unread)}</span>` : nothing}
    </button>
    <button type="button" class="bar-button" aria-label=${say('bar.security')} aria-haspopup="dialog" @click=${view.onSecurity}>
      ${icon(stateSign(view.snapshot.security.state))}<span>${say('bar.security')}</span>
    </button>
    <more-menu .call=${view.call} .snapshot=${view.snapshot} .actions=${view.menu}></more-menu>
    <button type="button" class="bar-button leave" @click=${() => view.call.leave()}>${icon('leave')}<span>${say('bar.leave')}</span></button>
  </div>`
}

function screenButton(view: BarView): TemplateResult {
  const { shared } = view.snapshot.self.screen
  return html`<button
    type="button"
    class="bar-button ${shared ? 'is-open' : ''}"
    aria-label=${say(shared ? 'bar.screen-stop' : 'bar.screen')}
    @click=${() => view.call.shareScreen(!shared)}
  >
    ${icon('screen')}<span>${say('bar.screen.short')}</span>
  </button>`
}

function deviceButton(view: BarView, kind: DeviceKind, on: boolean, name: string, short: string): TemplateResult {
  const sign: IconName = on ? kind : `${kind}-off`
  const troubled = view.snapshot.self[kind].problem !== undefined
  return html`<button
    type="button"
    class="bar-button ${on ? '' : 'is-off'} ${troubled ? 'is-troubled' : ''}"
    aria-label=${name}
    @click=${() => view.call.setDevice(kind, !on)}
  >
    ${icon(sign)}<span>${short}</span>
  </button>`
}
