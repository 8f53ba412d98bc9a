/** The two browsers, by one driver: Chromium over CDP, Firefox ESR over WebDriver BiDi. */
import puppeteer, { type Browser } from 'puppeteer-core'
import type { Network } from './network'
import { freePort } from './process'
import { startSound } from './sound'
import { tunnel } from './tunnel'

export type Kind = 'chromium' | 'firefox'

const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--mute-audio',
]

const firefoxSettings = {
  'media.navigator.permission.disabled': true,
  'media.navigator.streams.fake': true,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.autoplay.block-webaudio': false,
  // Firefox leaves loopback candidates and TURN servers alone unless it is told that this is a test.
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'app.normandy.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'dom.min_background_timeout_value': 10,
}

export function launch(kind: Kind): Promise<Browser> {
  return kind === 'chromium' ? launchChromium() : launchFirefox()
}

export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** `program` starts Chromium elsewhere, as on another host: it is driven through a pipe, which needs no network between us and it. */
export function launchChromium(program?: string, flags: readonly string[] = []): Promise<Browser> {
  return puppeteer.launch({
    browser: 'chrome',
    executablePath: program ?? chromiumPath,
    headless: true,
    args: [...chromiumFlags, ...flags],
    protocolTimeout: 120_000,
    pipe: program !== undefined,
  })
}

const firefoxPath = process.env['FIREFOX'] ?? '/usr/bin/firefox-esr'

/** On a host of a test's network; it is driven over a socket, which needs a way there. */
export async function launchOn(network: Network, host: string, kind: Kind): Promise<Browser> {
  if (kind === 'chromium') return launchChromium(network.wrapper(host, chromiumPath), ['--ignore-certificate-errors'])
  const port = await freePort()
  const way = await tunnel(network, host, port)
  const browser = await launchFirefox(network.wrapper(host, firefoxPath), port)
  browser.once('disconnected', () => void way.stop())
  return browser
}

async function launchFirefox(program = firefoxPath, port = 0): Promise<Browser> {
  const sound = await startSound()
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: program,
    headless: true,
    extraPrefsFirefox: firefoxSettings,
    acceptInsecureCerts: port !== 0,
    args: [`--remote-debugging-port=${port}`],
    env: { ...process.env, ...sound.environment },
    protocolTimeout: 120_000,
  })
  browser.once('disconnected', () => void sound.stop())
  return browser
}
