/** The screens before and after the call that have no more to them than words: opening, joining, ended, refused. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Call, CallSnapshot, Problem } from '../../client/mod'
import { icon, mark, type IconName } from '../parts/icons'
import { meaningOf, wayOn } from '../parts/problem-words'
import { say } from '../words/words'

export function opening(): TemplateResult {
  return card(
    html`<span class="spinner" aria-hidden="true"></span>
      <h1 tabindex="-1">${say('opening.title')}</h1>
      <p role="status">${say('opening.more')}</p>`,
  )
}

export function joining({ server }: CallSnapshot): TemplateResult {
  const step = server === 'connected' ? 2 : 1
  return card(
    html`<h1 tabindex="-1">${say('joining.title')}</h1>
      <progress max="2" value=${step === 1 ? 0.5 : 1.5} aria-label=${say('joining.title')}></progress>
      <p role="status">${say(step === 1 ? 'joining.server' : 'joining.group')}</p>
      <p class="soft">${say('joining.more')}</p>`,
  )
}

export function ended(call: Call, { problem, link }: CallSnapshot): TemplateResult {
  if (problem) return refused(call, problem)
  return card(
    html`<span class="between-sign">${icon('leave')}</span>
      <h1 tabindex="-1">${say('ended.left')}</h1>
      <p>${say('ended.left.more')}</p>
      ${link ? nothing : html`<p class="soft">${say('ended.back')}</p>`}
      <p class="actions">
        ${link ? html`<button type="button" class="primary" @click=${() => reopen(link)}>${say('again')}</button>` : nothing}
        <a class="button" href="/">${say('new')}</a>
      </p>`,
  )
}

/** The key was forgotten on leaving, so the page begins again with the whole link, as if it were pressed once more. */
function reopen(link: string): void {
  location.assign(link)
  location.reload()
}

const blameSigns: Readonly<Record<string, IconName>> = {
  local: 'notice',
  remote: 'notice',
  denied: 'lock',
  unavailable: 'server',
  integrity: 'shield-broken',
}

export function refused(call: Call, problem: Problem): TemplateResult {
  const blame = problem.code.split('.', 1)[0] ?? ''
  return card(
    html`<span class="between-sign sign-${blame}">${icon(blameSigns[blame] ?? 'notice')}</span>
      <h1 tabindex="-1">${problem.title}</h1>
      <p class="lead">${problem.advice}</p>
      <p class="meaning">${icon('lock')}<span>${meaningOf(problem)}</span></p>
      ${problem.detail ? html`<p class="soft small detail">${problem.detail}</p>` : nothing} ${ways(call, problem)}
      <p class="soft small">${say('code', { code: problem.code })}</p>`,
  )
}

function ways(call: Call, problem: Problem): TemplateResult {
  const way = wayOn(problem)
  return html`<p class="actions">
    ${way === 'none' ? nothing : html`<button type="button" class=${way === 'again' ? '' : 'primary'} @click=${() => call.rejoin()}>${say(way)}</button>`}
    <a class="button ${way === 'none' && !problem.code.startsWith('integrity.') ? 'primary' : ''}" href="/">${say('new')}</a>
  </p>`
}

function card(content: TemplateResult): TemplateResult {
  return html`<main class="between">
    <a class="brand" href="/" aria-label=${say('brand.home')}>${mark()}<span>${say('brand')}</span></a>
    <section class="card between-card">${content}</section>
  </main>`
}
