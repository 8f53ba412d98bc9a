/** A link to hand over: to read, to copy, to scan. */
import { html, type TemplateResult } from 'lit'
import { say } from '../words/words'
import './copy-button'
import { qrCode } from './qr'

export function linkCard(link: string): TemplateResult {
  return html`<div class="link-card">
    ${qrCode(link, say('link.qr'))}
    <div class="link-side">${linkField(link, say('link.label'), say('link.copy'))}</div>
  </div>`
}

export function linkField(link: string, label: string, copy: string): TemplateResult {
  return html`<input class="link-text" readonly aria-label=${label} .value=${link} @focus=${selectAll} />
    <copy-button .text=${link} .label=${copy}></copy-button>`
}

function selectAll(event: Event): void {
  ;(event.target as HTMLInputElement).select()
}
