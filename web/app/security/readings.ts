/** The readings behind the sentence of state: a name, one plain line of meaning, and the exact value to copy. */
import { html, type TemplateResult } from 'lit'
import type { CallSnapshot, SecurityReport } from '../../client/mod'
import '../parts/copy-button'
import { say } from '../words/words'

interface Reading {
  readonly id: string
  readonly name: string
  readonly meaning: string
  readonly value: string
}

export function readings({ security, topology }: CallSnapshot): TemplateResult {
  return html`<section aria-labelledby="readings-title">
    <h3 id="readings-title">${say('reading.title')}</h3>
    <p class="soft">${say('reading.more')}</p>
    <dl class="readings">${state(security)} ${rows(security).map(row)} ${serverSees(topology)}</dl>
  </section>`
}

function rows(security: SecurityReport): readonly Reading[] {
  const plain = [
    ['dtls-state', security.dtlsState],
    ['tls-version', security.tlsVersion],
    ['dtls-cipher', security.dtlsCipher],
    ['srtp-cipher', security.srtpCipher],
    ['local-fingerprint', security.localFingerprint],
    ['remote-fingerprint', security.remoteFingerprint],
    ['candidate-types', security.candidateTypes],
    ...(security.route === 'relay' ? [['relay-transport', security.relayTransport] as const] : []),
    ['epoch', security.epochCode === '' ? '' : String(security.epoch)],
    ['frames', say('reading.frames.value', security.sealedFrames)],
  ] as const
  return plain.map(([id, value]) => ({ id, name: say(`reading.${id}`), meaning: say(`reading.${id}.more`), value }))
}

function row({ id, name, meaning, value }: Reading): TemplateResult {
  return html`<div class="reading">
    <dt>${name}</dt>
    <dd class="reading-meaning">${meaning}</dd>
    <dd class="reading-value">
      <code data-testid=${id}>${value}</code>
      ${value === '' ? html`<span class="soft small">${say('reading.empty')}</span>` : html`<copy-button quiet .text=${value} .label=${say('copy', { what: name })}></copy-button>`}
    </dd>
  </div>`
}

function state(security: SecurityReport): TemplateResult {
  return html`<div class="reading">
    <dt>${say('reading.e2ee-state')}</dt>
    <dd class="reading-meaning">${say(`reading.e2ee-state.${security.state}`)}</dd>
    <dd class="reading-value"><code data-testid="e2ee-state" data-state=${security.state}>${security.state}</code></dd>
  </div>`
}

function serverSees(topology: CallSnapshot['topology']): TemplateResult {
  const words =
    topology === 'group'
      ? `${say('reading.server-sees.group')} ${say('reading.server-not.group')}`
      : `${say('reading.server-sees.value')} ${say('reading.server-not')}`
  return html`<div class="reading">
    <dt>${say('reading.server-sees')}</dt>
    <dd class="reading-meaning">${say('reading.server-sees.more')}</dd>
    <dd class="reading-value is-prose">
      <span data-testid="server-sees">${words}</span>
    </dd>
  </div>`
}
