/** Security as a story: you → what stands between → them, and what each layer hides, from whom. */
import { html, nothing, type TemplateResult } from 'lit'
import type { CallSnapshot, Person } from '../../client/mod'
import { icon, type IconName } from '../parts/icons'
import { avatar } from '../parts/person-marks'
import { say } from '../words/words'

export function story(snapshot: CallSnapshot): TemplateResult {
  const own = snapshot.people.find((person) => person.self)
  const others = snapshot.people.filter((person) => !person.self)
  const them = others[0]
  const theirName = others.length > 1 ? say('security.others', { count: String(others.length) }) : (them?.name ?? say('security.them'))
  return html`<section aria-labelledby="story-title">
    <h3 id="story-title" class="unseen">${say('security.story')}</h3>
    <ol class="line" data-state=${snapshot.security.state} data-route=${snapshot.security.route}>
      ${end(own, say('security.you'))}
      <li class="line-tube">
        <span class="line-core" aria-hidden="true"></span>
        ${between(snapshot)}
      </li>
      ${end(them, theirName)}
    </ol>
    <p class="line-server">
      ${icon('server')}<span><span class="strong">${say('security.server')}</span> ${say('security.server.sees')}</span>
    </p>
    <ul class="layers">
      ${layers(snapshot, them?.name ?? say('security.them'))}
    </ul>
  </section>`
}

function end(person: Person | undefined, label: string): TemplateResult {
  return html`<li class="line-end">
    ${person ? avatar(person) : html`<span class="avatar nobody" aria-hidden="true">${icon('person')}</span>`}<span class="strong">${label}</span>
  </li>`
}

const betweens = {
  relay: ['relay', 'security.relay', 'security.relay.sees'],
  direct: ['straight', 'security.direct', 'security.direct.sees'],
  server: ['server', 'security.sfu', 'security.sfu.sees'],
  none: ['wave', 'security.no-route', 'security.no-route.sees'],
} as const

function between({ security }: CallSnapshot): TemplateResult {
  const [sign, name, sees] = betweens[security.route]
  return html`<span class="line-node" aria-hidden="true"></span>
    <span class="line-words"><span class="strong">${icon(sign)}${say(name)}</span> <span class="soft small">${say(sees)}</span></span>`
}

function layers({ security, topology }: CallSnapshot, name: string): readonly TemplateResult[] {
  const path =
    security.route === 'direct'
      ? layer('straight', say('security.layer.direct'), say('security.layer.direct.more', { name }))
      : security.route === 'relay'
        ? layer('relay', say('security.layer.relay'), say('security.layer.relay.more', { name }))
        : security.route === 'server'
          ? layer('server', say('security.layer.sfu'), say('security.layer.sfu.more'))
          : undefined
  const transport = topology === 'group' ? say('security.layer.transport.group') : say('security.layer.transport.more')
  return [
    layer('lock', say('security.layer.e2ee'), say('security.layer.e2ee.more'), 'core'),
    layer('shield', say('security.layer.transport'), transport, 'tube'),
    ...(path ? [path] : []),
    layer('link', say('security.layer.link'), say('security.layer.link.more')),
  ]
}

function layer(sign: IconName, title: string, more: string, swatch?: 'core' | 'tube'): TemplateResult {
  return html`<li>
    ${icon(sign)}
    <p><span class="strong">${title}${swatch ? html`<span class="swatch swatch-${swatch}" aria-hidden="true"></span>` : nothing}</span>${more}</p>
  </li>`
}
