/**
 * Takes a picture of every state in four ways (wide and phone, light and dark) and asks axe-core about each.
 * `node tests/gallery/shoot.ts [part of a state's name …]`; pictures lie in `.cache/gallery/pictures`. Ends with 1 when axe finds anything.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import puppeteer, { type Page } from 'puppeteer-core'
import { build } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))
const cache = join(here, '..', '..', '.cache', 'gallery')
const site = join(cache, 'site')
const pictures = join(cache, 'pictures')
const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844, isMobile: true, hasTouch: true } }
const themes = ['light', 'dark'] as const
const kinds: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

/** Serves the built gallery on loopback, on a free port. */
export async function serveGallery(): Promise<{ readonly address: string; readonly server: Server }> {
  await build({ configFile: join(here, 'vite.config.ts'), logLevel: 'error' })
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://gallery').pathname)
    const file = join(site, path === '/' ? 'index.html' : path)
    try {
      const body = readFileSync(file)
      response.writeHead(200, { 'content-type': kinds[extname(file)] ?? 'application/octet-stream' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server }
}

/** Axe's own words for what it found, one line each. */
export async function violations(page: Page): Promise<readonly string[]> {
  const results = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] })`,
  )) as AxeResults
  return results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary?.replaceAll(/\s+/g, ' ') ?? ''}`),
  )
}

/** What runs out of the side of the page, which nobody can scroll to with a thumb. */
async function overflow(page: Page): Promise<readonly string[]> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  return wide > 0 ? [`overflow: the page is ${wide} px wider than the screen`] : []
}

/** Scrolls what scrolls, the open dialog or the page, to its end; false when all of it was seen. */
function toTheEnd(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const scroller = document.querySelector('dialog[open]') ?? document.documentElement
    scroller.scrollTop = scroller.scrollHeight
    return scroller.scrollTop > 0
  })
}

async function shoot(filters: readonly string[]): Promise<number> {
  mkdirSync(pictures, { recursive: true })
  const { address, server } = await serveGallery()
  const browser = await puppeteer.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--force-prefers-reduced-motion', '--hide-scrollbars'],
  })
  let found = 0
  let taken = 0
  try {
    const page = await browser.newPage()
    page.on('pageerror', (error) => (found++, console.error(`page error: ${String(error)}`)))
    page.on('console', (line) => line.type() === 'error' && (found++, console.error(`console: ${line.text()}`)))
    await page.evaluateOnNewDocument(axe)
    for (const [sizeName, size] of Object.entries(sizes)) {
      await page.setViewport(size)
      for (const theme of themes) {
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
        await page.goto(address)
        const states = await page.evaluate(() => window.gallery.states)
        for (const state of states.filter((name) => filters.length === 0 || filters.some((filter) => name.startsWith(filter)))) {
          await page.evaluate((name) => window.gallery.show(name), state)
          await new Promise((resolve) => setTimeout(resolve, 120))
          await page.screenshot({ path: join(pictures, `${state}.${sizeName}.${theme}.png`) })
          taken++
          if (await toTheEnd(page)) await page.screenshot({ path: join(pictures, `${state}.${sizeName}.${theme}.end.png`) })
          for (const line of [...(await violations(page)), ...(await overflow(page))]) {
            found++
            console.error(`${state} ${sizeName} ${theme}: ${line}`)
          }
        }
      }
    }
  } finally {
    await browser.close()
    server.close()
  }
  console.log(`${taken} pictures, ${found} findings`)
  return found
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await shoot(process.argv.slice(2))) > 0 ? 1 : 0
