/** Who asks to be let in: seen by the host alone, in the panel and as a notice over the call. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Call, HostView, WaitingPerson } from '../../client/mod'
import { icon } from '../parts/icons'
import { avatar } from '../parts/person-marks'
import { count, say } from '../words/words'

export function waitingList(call: Call, { waiting }: HostView): TemplateResult | typeof nothing {
  if (waiting.length === 0) return nothing
  return html`<section class="people waiting-people" aria-label=${say('waits.title')}>
    <h3>${say('waits.title')}</h3>
    <ul class="people-list">
      ${waiting.map((person) => row(call, person, 'panel'))}
    </ul>
    <p class="soft small">${say('waits.name')}</p>
  </section>`
}

/** The first who waits, with both answers at hand; how many more there are. */
export function waitingNotice(call: Call, host: HostView | undefined): TemplateResult | typeof nothing {
  const [first, ...more] = host?.waiting ?? []
  if (!first) return nothing
  return html`<div class="notice knock">
    ${icon('person')}
    <div class="knock-body">
      <p id="knock"><span class="strong">${say('waits.knocks', { name: first.name })}</span> <span class="soft small">${trust(first)}</span></p>
      ${more.length > 0 ? html`<p class="soft small">${count('waits.more', more.length)}</p>` : nothing} ${answers(call, first, 'knock')}
    </div>
  </div>`
}

function row(call: Call, person: WaitingPerson, place: string): TemplateResult {
  const id = `${place}-${person.deviceKey.slice(0, 8)}`
  return html`<li class="people-row">
    ${avatar(person)}
    <div class="people-who">
      <p class="strong" id=${id}>${person.name}</p>
      <p class="soft small">${trust(person)}</p>
    </div>
    ${answers(call, person, id)}
  </li>`
}

function trust({ trust }: WaitingPerson): string {
  return say(`person.${trust}`)
}

function answers(call: Call, { deviceKey: device }: WaitingPerson, id: string): TemplateResult {
  return html`<div class="people-verbs">
    <button type="button" class="primary" aria-describedby=${id} @click=${() => call.decide({ what: 'admit', device })}>${say('waits.admit')}</button>
    <button type="button" aria-describedby=${id} @click=${() => call.decide({ what: 'refuse', device })}>${say('waits.refuse')}</button>
  </div>`
}
