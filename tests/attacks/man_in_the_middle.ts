/**
 * The attacker of R7: a server that rewrites call set-up, and a browser tab of its own that ends each victim's media and passes it on to the other.
 * What it cannot read it replaces, since it has nothing to lose.
 */
import { createHmac } from 'node:crypto'
import type { Browser, Page } from 'puppeteer-core'
import { concat, own } from '../../web/client/bytes/bytes'
import { b64u, fromB64u } from '../../web/client/bytes/text'
import { pad, unpad } from '../../web/client/crypto/padding'
import { launch } from '../e2e/harness/browser'
import type { Relay } from '../e2e/harness/coturn'
import { installSender, recognise, type Recognised } from '../e2e/harness/pattern'
import type { Message, Mischief } from './malicious_server'
import { installRelayingPage, type Side } from './mitm_page'
import { takeCopy, withCopy } from './weakened/browser_clear_copy'
import { CLEAR_AT } from './weakened/browser_envelope_clear'

/** Sender number of the attacker's own picture and tone, for what it says in the place of others. */
export const ATTACKER = 15

type Payload = Record<string, unknown>

export class ManInTheMiddle {
  /** Types of the payloads that it read. */
  readonly read: string[] = []
  /** How many entries it could not read. */
  unread = 0
  private readonly names: Array<unknown> = []
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
  ) {}

  /** `speaks`: it sends its own picture and tone to both, in place of what it would pass on. */
  static async at(origin: string, relay: Relay, options: { speaks?: boolean } = {}): Promise<ManInTheMiddle> {
    const browser = await launch('chromium')
    const page = await browser.newPage()
    if (process.env['SHOW_CONSOLE']) page.on('console', (message) => console.log('mitm', message.text()))
    await page.goto(`${origin}/security`)
    const username = `${Math.floor(Date.now() / 1000) + 3600}:mitm`
    const credential = createHmac('sha1', relay.secret).update(username).digest('base64')
    await page.evaluate(installSender, ATTACKER)
    await page.evaluate(installRelayingPage, { urls: `${relay.url}?transport=udp`, username, credential }, options.speaks === true)
    return new ManInTheMiddle(browser, page)
  }

  /** What it recognises of that victim. */
  sees(side: Side): Promise<Recognised | null> {
    return this.page.evaluate(recognise, side)
  }

  stop(): Promise<void> {
    return this.browser.close()
  }

  readonly mischief: Mischief = {
    toClient: async (message, who) => {
      if (message['type'] === 'joined') this.names[who] = message['participant_id']
      if (message['type'] !== 'entry' || message['kind'] !== 'application' || message['from'] === this.names[who]) return [message]
      return [await this.rewrite(message, who === 0 ? 'offerer' : 'answerer')]
    },
  }

  private async rewrite(message: Message, to: Side): Promise<Message> {
    const body = fromB64u(String(message['body'])) ?? new Uint8Array(0)
    const taken = takeCopy(own(body.subarray(CLEAR_AT)))
    const json = taken === null ? null : unpad(taken.copy)
    if (taken === null || json === null) {
      this.unread++
      return { ...message, body: b64u(crypto.getRandomValues(new Uint8Array(body.length))) }
    }
    const payload = JSON.parse(json) as Payload
    this.read.push(String(payload['type']))
    const copy = pad(JSON.stringify(await this.change(payload, to)))
    return { ...message, body: b64u(concat(body.subarray(0, CLEAR_AT), withCopy(copy, taken.sealed))) }
  }

  private async change(payload: Payload, to: Side): Promise<Payload> {
    switch (payload['type']) {
      case 'leg_offer':
        return { ...payload, sdp: await this.ask('takeOffer', String(payload['sdp'])) }
      case 'leg_answer':
        return { ...payload, sdp: await this.ask('takeAnswer', String(payload['sdp'])) }
      case 'leg_candidates': {
        const given = payload['candidates'] as Array<{ candidate: string; sdp_mid: string }>
        return { ...payload, candidates: await this.page.evaluate((side, list) => window.__mitm.takeCandidates(side, list), to, given) }
      }
      default:
        return payload
    }
  }

  private ask(what: 'takeOffer' | 'takeAnswer', sdp: string): Promise<string> {
    return this.page.evaluate((name, text) => window.__mitm[name](text), what, sdp)
  }
}
