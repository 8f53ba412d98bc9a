/** Before the host has answered: nothing to do but to wait, and what that means. */
import { html, type TemplateResult } from 'lit'
import type { Call, CallSnapshot } from '../../client/mod'
import { icon, mark } from '../parts/icons'
import { say } from '../words/words'

export function waitingScreen(call: Call, { self, server }: CallSnapshot): TemplateResult {
  return html`<main class="between">
    <a class="brand" href="/" aria-label=${say('brand.home')}>${mark()}<span>${say('brand')}</span></a>
    <section class="card between-card">
      <span class="between-sign at-the-door">${mark()}</span>
      <h1 tabindex="-1">${say('waits.screen')}</h1>
      <p class="lead" role="status">${say(server === 'reconnecting' ? 'waits.screen.reconnecting' : 'waits.screen.more')}</p>
      <p class="meaning">${icon('lock')}<span>${say('waits.screen.sees', { name: self.name })}</span></p>
      <p class="actions"><button type="button" @click=${() => call.leave()}>${icon('leave')}${say('waits.screen.leave')}</button></p>
    </section>
  </main>`
}
