/** Comparing emoji by itself, driven by name over fixed snapshots: what a person presses is what the call is asked. */
import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { askedOf, pressIn } from './driver'
import { show } from './site'
import { visits } from './visits'

let page: Page
visits((visited) => {
  page = visited
})

const asked = (): Promise<readonly string[]> => askedOf(page)
const press = (name: string): Promise<void> => pressIn(page, name)

describe('comparing', () => {
  it('asks everybody to compare emoji, shows seven with their words, and confirms the run that was on the screen', async () => {
    await show(page, 'emoji-idle')
    await press('Compare emoji')
    expect(await asked()).toEqual(['compareEmoji'])
    await show(page, 'emoji-shown')
    expect(await page.$eval('[data-testid="sas-emoji"]', (list) => list.textContent?.replace(/\s+/g, ' ').trim())).toBe(
      '🍓 Strawberry 🦋 Butterfly 🚀 Rocket 🍍 Pineapple 🏰 Castle 🦔 Hedgehog 🔔 Bell',
    )
    expect(await page.$$eval('dialog[open] button', (all) => all.filter((each) => each.textContent === 'They match').length)).toBe(1)
    const isReady = (name: string): boolean => ![...document.querySelectorAll('button')].find((each) => each.textContent === name)?.disabled
    await page.waitForFunction(isReady, {}, 'They match')
    await page.evaluate(() => {
      const call = window.gallery.call
      const run = call?.snapshot.comparison
      if (call && run) call.show({ ...call.snapshot, comparison: { ...run, runId: 'another-run', emoji: run.emoji.toReversed() } })
      const button = [...document.querySelectorAll('button')].find((each) => each.textContent === 'They match')
      return new Promise((resolve) => requestAnimationFrame(() => resolve(button?.click())))
    })
    expect(await asked()).toEqual([])
    await page.waitForFunction(isReady, {}, 'They match')
    await press('They match')
    expect(await asked()).toEqual(['emojiCompared true another-run'])
  })

  it('invites to a comparison that somebody started, and names who found that the emoji differ', async () => {
    await show(page, 'emoji-invited')
    expect(await page.$eval('.notices', (all) => all.textContent)).toContain('Bob asks everybody to compare emoji.')
    await press('Show the emoji')
    expect(await page.$eval('emoji-comparison', (all) => all.textContent)).toContain('Waiting for')
    await show(page, 'emoji-differ-alarm')
    expect(await page.$eval('.notices [role="alert"]', (all) => all.textContent)).toContain('Ewa said that the emoji differ.')
    await press('Security')
    expect(await page.$$eval('emoji-comparison button', (all) => all.map((each) => each.textContent?.trim()))).toEqual(['Compare emoji'])
  })

  it.each([
    ['emoji-void-keys-changed', 'Somebody joined or left'],
    ['emoji-void-too-slow', 'Bob and Ewa did not answer.'],
    ['emoji-void-rules-broken', 'Ewa broke the rules'],
    ['emoji-void-paused', 'Three comparisons in ten minutes are the most'],
  ])('says why a comparison ended, and lets begin again: %s', async (state, words) => {
    await show(page, state)
    expect(await page.$eval('emoji-comparison', (all) => all.textContent)).toContain(words)
    await press('Compare emoji')
    expect(await asked()).toEqual(['compareEmoji'])
  })

  it('takes the code from another screen, and says whose it is', async () => {
    await show(page, 'security-qr')
    await page.type('#their-code', 'nothing')
    await press('Check the code')
    await page.waitForFunction(() => document.querySelector('.their-code [role="status"]')?.textContent?.includes('no code of incamera'))
    await page.$eval('#their-code', (field) => ((field as HTMLInputElement).value = 'incamera1.x.y'))
    await press('Check the code')
    await page.waitForFunction(() => document.querySelector('.their-code [role="status"]')?.textContent?.includes('This is Bob’s device'))
    expect(await asked()).toEqual(['checkCode nothing', 'checkCode incamera1.x.y'])
  })
})
