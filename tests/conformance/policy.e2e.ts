/**
 * The policy in a real browser, on the real pages: what an injected script would do is refused. The control is the same page with the policy
 * switched off in the browser (by the tool that drives it, which no server or page can do): there each of it works.
 */
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch } from '../e2e/harness/browser'
import { Server } from '../e2e/harness/server'

let server: Server
let browser: Browser
beforeAll(async () => {
  server = await Server.start()
  browser = await launch('chromium')
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** Each thing that an injection would try: "refused", or "worked". */
const tries = async (page: Page): Promise<Readonly<Record<string, string>>> =>
  page.evaluate(async () => {
    const outcome = async (attempt: () => unknown): Promise<string> => {
      try {
        return (await attempt()) === false ? 'refused' : 'worked'
      } catch {
        return 'refused'
      }
    }
    const ran = async (prepare: (mark: string) => void): Promise<boolean> => {
      const mark = `ran${Math.random().toString(36).slice(2)}`
      prepare(mark)
      await new Promise((resolve) => setTimeout(resolve, 250))
      return mark in window
    }
    const loaded = (element: HTMLImageElement | HTMLScriptElement, src: string): Promise<boolean> =>
      new Promise((resolve) => {
        element.onload = () => resolve(true)
        element.onerror = () => resolve(false)
        setTimeout(() => resolve(false), 1_500)
        element.src = src
        document.body.append(element)
      })
    const types = (window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }).trustedTypes
    return {
      'markup by innerHTML': await outcome(() => {
        document.createElement('div').innerHTML = '<img>'
      }),
      'markup by document.write': await outcome(() => document.write('<p>')),
      'a Trusted Types policy of its own': await outcome(() => types.createPolicy('mine', { createHTML: (text: string) => text })),
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is what must be refused
      'code from text': await outcome(() => ran((mark) => void setTimeout(`window.${mark} = 1`))),
      'an inline script': await outcome(() =>
        ran((mark) => {
          const script = document.createElement('script')
          script.append(`window.${mark} = 1`)
          document.body.append(script)
        }),
      ),
      'an inline handler': await outcome(() =>
        ran((mark) => {
          const button = document.createElement('button')
          button.setAttribute('onclick', `window.${mark} = 1`)
          document.body.append(button)
          button.click()
        }),
      ),
      'a worker of data': await outcome(() => new Worker('data:text/javascript,1')),
      'a picture of data': await outcome(() => loaded(new Image(), 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7')),
      'an inline style': await outcome(() => {
        const probe = document.createElement('p')
        probe.setAttribute('style', 'position: fixed')
        document.body.append(probe)
        return getComputedStyle(probe).position === 'fixed'
      }),
    }
  })

describe.each(['/', `/r/${'A'.repeat(22)}`])('on %s', (path) => {
  it('nothing that an injected script would try works, and all of it does without the policy', async () => {
    const page = await browser.newPage()
    await page.goto(server.origin + path, { waitUntil: 'load' })
    expect(Object.entries(await tries(page)).filter(([, outcome]) => outcome === 'worked')).toEqual([])
    await page.setBypassCSP(true)
    await page.goto(server.origin + path, { waitUntil: 'load' })
    const without = await tries(page)
    expect(Object.entries(without).filter(([, outcome]) => outcome === 'refused')).toEqual([])
    await page.close()
  })

  it('nothing is asked of any other server', async () => {
    const page = await browser.newPage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(server.origin + path, { waitUntil: 'load' })
    await page.goto(`${server.origin}/security`, { waitUntil: 'load' })
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.filter((url) => !url.startsWith(`${server.origin}/`))).toEqual([])
    await page.close()
  })
})
