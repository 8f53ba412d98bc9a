/** Outside of Security: somebody wants to compare, or found that the emoji differ. */
import { html, nothing, type TemplateResult } from 'lit'
import type { CallSnapshot } from '../../client/mod'
import { icon } from '../parts/icons'
import { say } from '../words/words'
import { awaits, inState, isDenied, listed, own } from './comparison-words'

export function invitation({ comparison: run }: CallSnapshot, open: () => void): TemplateResult | typeof nothing {
  if (run !== undefined && isDenied(run) && own(run)?.state !== 'differ')
    return html`<div class="notice" role="alert">
      ${icon('shield-broken')}
      <div>
        <p class="strong">${say('emoji.differ', { names: listed(inState(run, 'differ')) })}</p>
        <p>${say('emoji.differ.more')}</p>
      </div>
    </div>`
  if (!awaits(run)) return nothing
  const starter = run.people.find((person) => person.leafIndex === run.startedBy)
  return html`<div class="notice">
    ${icon('shield-half')}
    <div class="emoji-invited">
      <p class="strong">${starter && !starter.self ? say('emoji.invited', { name: starter.name }) : say('emoji.invited.self')}</p>
      <p>${say('emoji.invited.more')}</p>
      <p><button type="button" class="primary" @click=${open}>${say('emoji.invited.open')}</button></p>
    </div>
  </div>`
}
