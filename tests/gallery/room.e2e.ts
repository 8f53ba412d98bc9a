/** The views of the room and its More menu by themselves, over fixed snapshots. */
import type { KeyInput, Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { askedOf, focusedIn, pressIn } from './driver'
import { show } from './site'
import { visits } from './visits'

let page: Page
visits((visited) => {
  page = visited
})

const asked = (): Promise<readonly string[]> => askedOf(page)
const focused = (): Promise<string> => focusedIn(page)
const press = (name: string): Promise<void> => pressIn(page, name)

describe('the room', () => {
  const item = (name: string): Promise<void> => page.locator(`aria/${name}`).click()
  const box = (name: string): Promise<{ readonly width: number; readonly height: number; readonly left: number }> =>
    page.$eval(`[role="group"][aria-label="${name}"]`, (tile) => {
      const { width, height, left } = tile.getBoundingClientRect()
      return { width, height, left }
    })

  it('pins a person and a screen by their buttons, and keeps every picture playing in its own element', async () => {
    await show(page, 'six-lively')
    await page.$eval('[role="group"][aria-label="Ewa"] video', (video) => ((video as HTMLElement).id = 'same'))
    const small = await box('Ewa')
    await press('Pin Ewa')
    expect((await box('Ewa')).width).toBeGreaterThan(2 * small.width)
    expect(await page.$eval('#same', (video) => [(video as HTMLVideoElement).paused, video.getAttribute('aria-label')])).toEqual([false, 'Ewa'])
    expect(await focused()).toBe('button Unpin Ewa')
    await press('Unpin Ewa')
    expect(await box('Ewa')).toEqual(small)
    await show(page, 'six-screen')
    const [shared, bob] = [await box("Bob's screen"), await box('Bob')]
    expect(shared.width).toBeGreaterThan(3 * bob.width)
    await press('Pin Bob')
    expect((await box('Bob')).width).toBeGreaterThan((await box("Bob's screen")).width)
  })

  it('in speaker view shows large who speaks, and a person who left and came back is still pinned', async () => {
    await show(page, 'six-lively')
    await press('More')
    await item('Speaker view')
    await page.evaluate(() => {
      const call = window.gallery.call
      call?.show({ ...call.snapshot, speaker: call.snapshot.people.find(({ name }) => name === 'Ewa')?.deviceKey ?? '' })
    })
    await page.waitForFunction(() => document.querySelector('.is-large [role="group"]')?.getAttribute('aria-label') === 'Ewa')
    await press('Pin Bob')
    await page.evaluate(() => {
      const call = window.gallery.call
      const whole = call?.snapshot
      if (!call || !whole) return
      call.show({ ...whole, people: whole.people.filter(({ name }) => name !== 'Bob') })
      call.show({ ...whole, phase: 'joining', people: [] })
      call.show(whole)
    })
    await page.waitForFunction(() => document.querySelector('.is-large [role="group"]')?.getAttribute('aria-label') === 'Bob')
    expect(await page.$$('.is-large')).toHaveLength(1)
  })

  it('says the order of hands and shows reactions, which a screen reader hears as words', async () => {
    await show(page, 'six-lively')
    expect(await page.$eval('[role="group"][aria-label="Ewa"] .tile-hand', (hand) => hand.textContent?.trim())).toContain('Hand raised, number 1')
    expect(await page.$eval('[role="group"][aria-label="Ewa"] .tile-reactions', (all) => all.textContent?.replaceAll(/\s/g, ''))).toBe('❤️🎉')
    await page.evaluate(() => {
      const call = window.gallery.call
      const whole = call?.snapshot
      if (!call || !whole) return
      call.show({
        ...whole,
        people: whole.people.map((one) => (one.name === 'Bob' ? { ...one, hand: 3, reactions: [{ number: 9, name: 'laugh' }] } : one)),
      })
    })
    const words = (): Promise<string> => page.$$eval('[role="status"] p', (all) => all.map((each) => each.textContent).join('; '))
    await page.waitForFunction(() => document.querySelector('[role="status"]')?.textContent?.includes('Bob: Laugh'))
    expect(await words()).toContain('Bob raised a hand, number 3')
  })
})

describe('the More menu', () => {
  const keys = async (...pressed: readonly KeyInput[]): Promise<void> => {
    for (const key of pressed) await page.keyboard.press(key)
  }

  it('is driven by the keyboard alone, and gives the focus back', async () => {
    await show(page, 'six-lively')
    await page.focus('#more')
    await keys('Enter')
    expect(await focused()).toBe('menuitem Thumbs up')
    await keys('ArrowRight', 'ArrowRight')
    expect(await focused()).toBe('menuitem Laugh')
    await keys('ArrowDown')
    expect(await focused()).toBe('menuitem Raise hand')
    await keys('KeyO')
    expect(await focused()).toBe('menuitemcheckbox Only sound')
    await keys('Enter')
    expect([await focused(), await asked()]).toEqual(['button More', ['setOnlySound true']])
    await keys('ArrowUp', 'End')
    expect(await focused()).toBe('menuitem Keyboard shortcuts')
    await keys('Escape')
    expect([await focused(), await page.$('[role="menu"]')]).toEqual(['button More', null])
  })

  it('asks the call for what it says, and closes at a press elsewhere', async () => {
    await show(page, 'six-lively')
    for (const name of ['Applause', 'Raise hand']) {
      await press('More')
      await page.locator(`aria/${name}[role="menuitem"]`).click()
    }
    expect(await asked()).toEqual(['react applause', 'raiseHand true'])
    await press('More')
    await page.mouse.click(5, 5)
    await page.waitForFunction(() => !document.querySelector('[role="menu"]'))
  })

  it('opens Devices and the list of keys, and only sound is taken back where it is said', async () => {
    await show(page, 'two')
    await press('More')
    await page.locator('aria/Devices and network[role="menuitem"]').click()
    expect(await focused()).toBe('heading Devices')
    expect(await page.$eval('dialog[open]', (dialog) => dialog.textContent)).toContain('Good: picture and sound get through.')
    await show(page, 'six-only-sound')
    await press('Only sound. Show pictures')
    expect(await asked()).toEqual(['setOnlySound false'])
  })
})
