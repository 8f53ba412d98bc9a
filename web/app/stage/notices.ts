/** What goes wrong without ending the call, between the sentence of state and the people. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Call, CallSnapshot, Problem } from '../../client/mod'
import { help } from '../check/device-row'
import { waitingNotice } from '../host/waiting-list'
import { icon, type IconName } from '../parts/icons'
import { meaningOf } from '../parts/problem-words'
import { say } from '../words/words'

/** `asked`: what somebody in the call asks of us. */
export function notices(call: Call, snapshot: CallSnapshot, asked: TemplateResult | typeof nothing): TemplateResult {
  const { self } = snapshot
  const ownDevices = [self.microphone, self.camera].filter((device) => device.problem)
  return html`<div class="notices">
    ${stopped(snapshot)} ${waitingNotice(call, snapshot.host)} ${asked} ${reconnecting(snapshot)}
    ${snapshot.pictures === 'resting' ? line('wave', say('pictures.resting')) : nothing} ${ownDevices.map((device) => help(call, device))}
    ${snapshot.notices.filter(({ code }) => !ownDevices.some((device) => device.problem?.code === code)).map((problem) => notice(problem))}
    ${direct(snapshot)}
  </div>`
}

export function notice(problem: Problem): TemplateResult {
  return html`<div class="notice">
    ${icon('notice')}
    <div>
      <p class="strong">${problem.title}</p>
      <p>${problem.advice}</p>
      ${problem.code === 'unavailable.relay' && isLoopback(location.hostname) ? html`<p>${say('notice.relay.loopback')}</p>` : nothing}
      ${problem.detail ? html`<p class="soft small">${problem.detail}</p>` : nothing}
    </div>
  </div>`
}

const isLoopback = (host: string): boolean => /^(localhost|.+\.localhost|127\.[0-9.]+|\[::1\])$/.test(host)

function stopped({ security }: CallSnapshot): TemplateResult | typeof nothing {
  if (security.state !== 'broken') return nothing
  return html`<div class="stopped" role="alert">
    ${icon('shield-broken')}
    <div>
      <h2>${say('stopped.title')}</h2>
      ${security.problems.map((problem) => html`<p><span class="strong">${problem.title}</span> ${problem.advice}</p>`)}
      ${security.problems.slice(0, 1).map((problem) => html`<p>${meaningOf(problem)}</p>`)}
      <p>${say('stopped.media')}</p>
    </div>
  </div>`
}

function reconnecting(snapshot: CallSnapshot): TemplateResult | typeof nothing {
  const told = snapshot.notices.some(({ code }) => code === 'unavailable.server' || code === 'unavailable.restarting')
  return snapshot.server === 'reconnecting' && !told ? line('server', say('server.reconnecting')) : nothing
}

function direct(snapshot: CallSnapshot): TemplateResult | typeof nothing {
  const name = snapshot.people.find((person) => !person.self)?.name ?? say('direct.someone')
  const { ours, theirs } = snapshot.direct ?? {}
  if (ours === undefined || ours === 'asked') return nothing
  if (ours === 'declined') return line('lock', say('direct.declined.ours'))
  if (theirs === 'declined') return line('lock', say('direct.declined.theirs', { name }))
  return theirs === 'unknown' ? line('straight', say('direct.waiting', { name })) : nothing
}

function line(sign: IconName, words: string): TemplateResult {
  return html`<div class="notice">
    ${icon(sign)}
    <p>${words}</p>
  </div>`
}
