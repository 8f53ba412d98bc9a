/**
 * Takes a picture of every state in six ways (wide, phone and phone on its side; light and dark) and asks axe-core about each.
 * `node tests/gallery/shoot.ts [beginning of a state's name …]`; pictures lie in .cache/gallery/pictures. Ends with 1 when anything is found.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { cache, chromium, findings, serve, show, sizes } from './site.ts'

const pictures = join(cache, 'pictures')
const filters = process.argv.slice(2)
/** Long enough for the first frame of a picture to be drawn. */
const settle_ms = 120

/** Scrolls what scrolls, the open dialog or the page, to its end; false when all of it was seen. */
function toTheEnd(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const scroller = document.querySelector('dialog[open]') ?? document.documentElement
    scroller.scrollTop = scroller.scrollHeight
    return scroller.scrollTop > 0
  })
}

async function picture(page: Page, name: string): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, settle_ms))
  await page.screenshot({ path: join(pictures, `${name}.png`) })
  const found = await findings(page)
  for (const line of found) console.error(`${name}: ${line}`)
  if (await toTheEnd(page)) await page.screenshot({ path: join(pictures, `${name}.end.png`) })
  return found.length
}

async function shoot(): Promise<number> {
  mkdirSync(pictures, { recursive: true })
  const site = await serve()
  const browser = await chromium()
  let found = 0
  try {
    const page = await browser.newPage()
    page.on('pageerror', (error) => (found++, console.error(`page error: ${String(error)}`)))
    page.on('console', (line) => line.type() === 'error' && (found++, console.error(`console: ${line.text()}`)))
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewport(viewport)
      for (const theme of ['light', 'dark']) {
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
        await page.goto(site.security)
        found += await picture(page, `page-security.${size}.${theme}`)
        await page.goto(site.gallery)
        const states = await page.evaluate(() => window.gallery.states)
        for (const state of states.filter((name) => filters.length === 0 || filters.some((filter) => name.startsWith(filter)))) {
          await show(page, state)
          found += await picture(page, `${state}.${size}.${theme}`)
        }
      }
    }
  } finally {
    await browser.close()
    site.close()
  }
  console.log(`${found} findings; pictures in ${pictures}`)
  return found
}

process.exitCode = (await shoot()) > 0 ? 1 : 0
