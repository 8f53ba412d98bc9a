/** Every test of a file visits the gallery in a page of its own, wide, and no page may complain. */
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { chromium, serve, sizes, type Site } from './site'

/** Called once at the top of a file; `begin` before each test. */
export function visits(begin: (page: Page, site: Site) => void): void {
  let site: Site
  let browser: Browser
  let page: Page
  let errors: string[] = []
  beforeAll(async () => {
    site = await serve()
    browser = await chromium()
  })
  afterAll(async () => {
    await browser?.close()
    site?.close()
  })
  beforeEach(async () => {
    errors = []
    page = await browser.newPage()
    page.on('pageerror', (error) => errors.push(String(error)))
    page.on('console', (line) => line.type() === 'error' && errors.push(line.text()))
    await page.setViewport(sizes.wide)
    await page.goto(site.gallery)
    begin(page, site)
  })
  afterEach(async () => {
    await page.close()
    expect(errors).toEqual([])
  })
}
