/** The built gallery on loopback, a browser to look at it, and what can be said about a page without a person. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { build } from 'vite'

export const cache = join(import.meta.dirname, '..', '..', '.cache', 'gallery')
const site = join(cache, 'site')
const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const kinds: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

export const sizes = {
  wide: { width: 1280, height: 800 },
  phone: { width: 390, height: 844, isMobile: true, hasTouch: true },
  lying: { width: 844, height: 390, isMobile: true, hasTouch: true },
}

export interface Site {
  readonly gallery: string
  readonly security: string
  close(): void
}

export async function serve(): Promise<Site> {
  await build({ configFile: join(import.meta.dirname, 'vite.config.ts'), logLevel: 'error' })
  const server = createServer((request, response) => {
    const file = join(site, normalize(new URL(request.url ?? '/', 'http://gallery').pathname))
    try {
      const body = readFileSync(file)
      response.writeHead(200, { 'content-type': kinds[extname(file)] ?? 'application/octet-stream' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { gallery: `${origin}/tests/gallery/index.html`, security: `${origin}/web/security.html`, close: () => void server.close() }
}

export function chromium(flags: readonly string[] = []): Promise<Browser> {
  return puppeteer.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--force-prefers-reduced-motion', '--hide-scrollbars', ...flags],
  })
}

/** Axe's own words for what it found, and what runs out of the side of the page, one line each. */
export async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(`window.axe ?? (() => { ${axe} })()`)
  const results = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] })`,
  )) as AxeResults
  const lines = results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary?.replaceAll(/\s+/g, ' ') ?? ''}`),
  )
  const wide_px = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  return wide_px > 0 ? [...lines, `the page is ${wide_px} px wider than the screen`] : lines
}

export async function show(page: Page, state: string): Promise<void> {
  await page.evaluate((name) => window.gallery.show(name), state)
}
