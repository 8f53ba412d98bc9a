/** The interface by itself, driven by keyboard and by name over fixed snapshots: what a person presses is what the call is asked. */
import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { askedOf, focusedIn, pressIn } from './driver'
import { findings, show, sizes, type Site } from './site'
import { problem } from './snapshots'
import { visits } from './visits'

let site: Site
let page: Page
visits((visited, at) => {
  page = visited
  site = at
})

const asked = (): Promise<readonly string[]> => askedOf(page)
const focused = (): Promise<string> => focusedIn(page)
const press = (name: string): Promise<void> => pressIn(page, name)

describe('every state', () => {
  it.each([
    ['wide', 'light'],
    ['wide', 'dark'],
    ['phone', 'light'],
    ['phone', 'dark'],
    ['lying', 'light'],
  ] as const)('%s and %s: axe-core finds nothing and nothing runs off the screen', async (size, theme) => {
    await page.setViewport(sizes[size])
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
    await page.goto(site.gallery)
    const states = await page.evaluate(() => window.gallery.states)
    expect(states.length).toBeGreaterThan(95)
    const found: string[] = []
    for (const state of states) {
      await show(page, state)
      found.push(...(await findings(page)).map((line) => `${state}: ${line}`))
    }
    expect(found).toEqual([])
  })

  it('fits a screen of 320 pixels without scrolling sideways', async () => {
    await page.setViewport({ width: 320, height: 640, isMobile: true, hasTouch: true })
    await page.goto(site.gallery)
    const wide: string[] = []
    for (const state of await page.evaluate(() => window.gallery.states)) {
      await show(page, state)
      const isWide = await page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll('dialog[open], .bar, .call-head, .chat')].some(
          (part) => part.scrollWidth > part.clientWidth + 1,
        ),
      )
      if (isWide) wide.push(state)
    }
    expect(wide).toEqual([])
  })

  it('the bar has room for each of its words, and none lies on another, on the smallest phones', async () => {
    for (const width of [320, 360, 390]) {
      await page.setViewport({ width, height: 640, isMobile: true, hasTouch: true })
      await page.goto(site.gallery)
      await show(page, 'six-lively')
      const buttons = await page.$$eval('.bar-button', (all) =>
        all.map((button) => {
          const { left, right } = button.getBoundingClientRect()
          const word = button.querySelector('span')?.getBoundingClientRect()
          return { name: button.textContent?.trim(), left, right, from: word?.left ?? 0, to: word?.right ?? 0 }
        }),
      )
      expect(buttons).toHaveLength(7)
      for (const [at, { name, left, right, from, to }] of buttons.entries()) {
        expect(right - left, `${name} at ${width}`).toBeGreaterThanOrEqual(44)
        expect(from, `${name} at ${width}`).toBeGreaterThanOrEqual(buttons[at - 1]?.to ?? 0)
        expect(to, `${name} at ${width}`).toBeLessThanOrEqual(buttons[at + 1]?.from ?? width)
      }
    }
  })

  it('every control is 44 pixels in size where a finger presses it', async () => {
    await page.setViewport(sizes.phone)
    await page.goto(site.gallery)
    const small: string[] = []
    for (const state of [
      'home-ready',
      'check',
      'waiting',
      'two',
      'chat',
      'devices',
      'keys',
      'more-menu',
      'six-lively',
      'six-screen',
      'six-only-sound',
      'direct-asked',
      'security-qr',
      'refused-unavailable.server',
      'ended-left',
    ]) {
      await show(page, state)
      const found = await page.$$eval('button, select, summary, textarea, input:not([type="checkbox"]), a.button', (controls) =>
        controls
          .filter((control) => control.getClientRects().length > 0)
          .filter((control) => Math.min(control.getBoundingClientRect().height, control.getBoundingClientRect().width) < 44)
          .map((control) => control.outerHTML.slice(0, 80)),
      )
      small.push(...found.map((control) => `${state}: ${control}`))
    }
    expect(small).toEqual([])
  })

  it('the page about security needs no script', async () => {
    await page.setJavaScriptEnabled(false)
    await page.goto(site.security)
    expect(await page.$$eval('script', (scripts) => scripts.length)).toBe(0)
    const text = await page.$eval('main', (main) => main.textContent ?? '')
    for (const word of ['DTLS', 'SRTP', 'Fingerprints', 'relay', 'end-to-end', 'What the server sees', 'What remains', 'mDNS'])
      expect(text).toContain(word)
  })
})

describe('before the call', () => {
  it('begins at the heading of the check when the room is open', async () => {
    await show(page, 'opening')
    await page.evaluate(() => {
      const call = window.gallery.call
      call?.show({ ...call.snapshot, phase: 'device-check' })
    })
    await page.waitForSelector('.check')
    expect(await focused()).toBe('heading Before you go in')
  })

  it('asks for a name before it joins, and puts the focus there', async () => {
    await show(page, 'check-first-visit')
    await press('Join')
    expect(await focused()).toBe('textbox Your name')
    expect(await asked()).toEqual([])
    await page.keyboard.type('Al')
    await page.keyboard.press('Enter')
    expect(await asked()).toEqual(['setName A', 'setName Al', 'join'])
  })

  it('asks for a device only when the person turns it on', async () => {
    await show(page, 'check-first-visit')
    expect(await asked()).toEqual([])
    await page.locator('aria/Camera[role="checkbox"]').click()
    expect(await asked()).toEqual(['setDevice camera true'])
  })

  it('shows the help of each device and tries again', async () => {
    await show(page, 'check-camera-device-not-readable')
    expect(await page.$eval('[role="alert"]', (alert) => alert.textContent)).toContain('Your camera is used by another program.')
    await press('Try again')
    expect(await asked()).toEqual(['retryDevice camera'])
  })
})

describe('in the call', () => {
  it('every picture is labelled, our own is silent and mirrored, and what is off is said', async () => {
    await show(page, 'two')
    const seen = await page.$$eval('[aria-label="Participants"] [role="group"]', (groups) =>
      groups.map((group) => {
        const video = group.querySelector('video') as HTMLVideoElement
        return [
          group.getAttribute('aria-label'),
          video.getAttribute('aria-label'),
          video.muted,
          getComputedStyle(video).transform !== 'none',
          video.srcObject !== null,
        ]
      }),
    )
    expect(seen).toEqual([
      ['Bob', 'Bob', false, false, true],
      ['Alice', 'Alice', true, true, true],
    ])
  })

  it('does what each button of the bar says', async () => {
    await show(page, 'two')
    for (const name of ['Mute microphone', 'Turn off camera', 'Leave']) await press(name)
    expect(await asked()).toEqual(['setDevice microphone false', 'setDevice camera false', 'leave'])
    await show(page, 'two-no-pictures')
    for (const name of ['Unmute microphone', 'Turn on camera']) await press(name)
    expect(await asked()).toEqual(['setDevice microphone true', 'setDevice camera true'])
  })

  it('a picture leaves the screen at once when its stream is taken away', async () => {
    await show(page, 'two')
    await page.evaluate(() => {
      const call = window.gallery.call
      call?.show({
        ...call.snapshot,
        people: call.snapshot.people.map(({ stream, ...person }) => (stream && !person.self ? person : { ...person, ...(stream ? { stream } : {}) })),
      })
    })
    const bob = await page.$eval('[role="group"][aria-label="Bob"]', (group) => [
      group.querySelector('video')?.srcObject === null,
      group.querySelector('.avatar')?.textContent,
    ])
    expect(bob).toEqual([true, 'B'])
  })

  it('when the browser holds sound back, the picture plays silently and a button lets it sound', async () => {
    await page.evaluate(() => {
      const play = Reflect.get<HTMLMediaElement, 'play'>(HTMLMediaElement.prototype, 'play')
      let pressed = false
      addEventListener('click', () => (pressed = true), { capture: true })
      HTMLMediaElement.prototype.play = function (this: HTMLMediaElement): Promise<void> {
        return pressed || this.muted ? play.call(this) : Promise.reject(new DOMException('no press yet', 'NotAllowedError'))
      }
    })
    await show(page, 'two')
    const bob = (): Promise<readonly boolean[]> => page.$eval('[role="group"][aria-label="Bob"] video', (video) => [video.muted, video.paused])
    await page.waitForSelector('.tile-hear')
    expect(await bob()).toEqual([true, false])
    await press('Press to hear')
    await page.waitForFunction(() => !document.querySelector('.tile-hear'))
    expect(await bob()).toEqual([false, false])
  })

  it('the keys work with Alt, and alone only after they were allowed', async () => {
    await show(page, 'two')
    await page.keyboard.press('KeyM')
    expect(await asked()).toEqual([])
    await page.keyboard.down('Alt')
    await page.keyboard.press('KeyM')
    await page.keyboard.press('KeyV')
    await page.keyboard.up('Alt')
    expect(await asked()).toEqual(['setDevice microphone false', 'setDevice camera false'])
    await press('More')
    await page.locator('aria/Keyboard shortcuts[role="menuitem"]').click()
    await page.locator('aria/Also without Alt[role="checkbox"]').click()
    await page.keyboard.press('Escape')
    await page.keyboard.press('KeyV')
    expect((await asked()).at(-1)).toBe('setDevice camera false')
    expect(await asked()).toHaveLength(3)
    await page.evaluate(() => localStorage.clear())
  })
})

describe('the chat', () => {
  it('opens with the focus in its field, sends on Enter, breaks on Shift+Enter, and gives the focus back', async () => {
    await show(page, 'two')
    await press('Chat')
    expect(await focused()).toBe('textbox Message')
    await page.keyboard.type('one')
    await page.keyboard.down('Shift')
    await page.keyboard.press('Enter')
    await page.keyboard.up('Shift')
    await page.keyboard.type('two')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    expect(await asked()).toEqual(['sendChat one\ntwo'])
    expect(await page.$eval('textarea', (field) => field.value)).toBe('')
    await page.keyboard.press('Escape')
    expect(await page.$('chat-panel')).toBeNull()
    expect(await focused()).toBe('button Chat')
  })

  it('sends again what failed', async () => {
    await show(page, 'chat')
    await press('Send again')
    expect(await asked()).toEqual(['sendChat This one did not get through'])
  })

  it('shows markup as the text that it is', async () => {
    await show(page, 'chat')
    await page.evaluate(() => {
      const call = window.gallery.call
      const first = call?.snapshot.chat[0]
      if (call && first)
        call.show({ ...call.snapshot, chat: [{ ...first, messageId: 'x', name: '<i>Bob</i>', text: '<img src=x onerror="window.hit=1">' }] })
    })
    await page.waitForFunction(() => document.querySelectorAll('.message').length === 1)
    expect(await page.$eval('.message-text', (text) => text.textContent)).toBe('<img src=x onerror="window.hit=1">')
    expect(await page.$$('.message img, .message i')).toHaveLength(0)
  })

  it('tells how many are unread, and who wrote, while it is closed', async () => {
    await show(page, 'chat-unread')
    const chat = await page.$('[data-bar="chat"]')
    expect(await chat?.evaluate((button) => document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent)).toBe(
      '3 unread messages',
    )
  })
})

describe('the dialogs', () => {
  it('Security opens from the sentence, begins at its heading, and gives the focus back', async () => {
    await show(page, 'two')
    await press('Private. Bob is not compared yet.')
    expect(await focused()).toBe('heading Security')
    const readings = await page.$$eval('dialog[open] [data-testid]', (all) => all.map((each) => each.getAttribute('data-testid')))
    for (const id of [
      'e2ee-state',
      'epoch-code',
      'dtls-state',
      'tls-version',
      'dtls-cipher',
      'srtp-cipher',
      'local-fingerprint',
      'remote-fingerprint',
      'candidate-types',
      'server-sees',
    ])
      expect(readings).toContain(id)
    expect(await page.$eval('[data-testid="epoch-code"]', (code) => code.textContent)).toBe('48213 90577 11864 30259 77102 05931')
    expect(await page.$eval('[data-testid="e2ee-state"]', (state) => state.getAttribute('data-state'))).toBe('unverified')
    await page.keyboard.press('Escape')
    expect(await focused()).toBe('button Private. Bob is not compared yet.')
  })

  it('confirms the code that was on the screen, and not one that slipped in under the finger', async () => {
    await show(page, 'security')
    await press('They match')
    expect(await asked()).toEqual(['compared true 48213 90577 11864 30259 77102 05931'])
    await page.evaluate(() => {
      const call = window.gallery.call
      call?.show({ ...call.snapshot, security: { ...call.snapshot.security, epochCode: '11111 22222 33333 44444 55555 66666' } })
      const button = [...document.querySelectorAll('button')].find((each) => each.textContent === 'They match')
      return new Promise((resolve) => requestAnimationFrame(() => resolve(button?.click())))
    })
    expect(await asked()).toHaveLength(1)
    expect(await page.$eval('code-comparison', (each) => each.textContent)).toContain('The code has just changed')
    await page.waitForFunction(() => ![...document.querySelectorAll('button')].find((each) => each.textContent === 'They differ')?.disabled)
    await press('They differ')
    expect((await asked()).at(-1)).toBe('compared false 11111 22222 33333 44444 55555 66666')
  })

  it('Escape on "Direct connection" stays private, and each button says what it says', async () => {
    for (const [how, answer] of [
      ['Connect directly', 'answerDirect true'],
      ['Stay private', 'answerDirect false'],
      ['Escape', 'answerDirect false'],
    ] as const) {
      await show(page, 'direct-asked')
      if (how === 'Escape') await page.keyboard.press('Escape')
      else await press(how)
      await page.waitForFunction(() => (window.gallery.call?.asked.length ?? 0) > 0)
      expect(await asked()).toEqual([answer])
    }
  })

  it('"Direct connection" names the person and what is shown to them', async () => {
    await show(page, 'direct-asked')
    expect(await page.$eval('dialog[open]', (dialog) => dialog.textContent)).toMatch(/Bob can find out this device’s network address/)
  })
})

describe('the status region', () => {
  it('says who joins and leaves, and each thing once', async () => {
    await show(page, 'two')
    await page.evaluate(() => {
      const call = window.gallery.call
      const whole = call?.snapshot
      if (!call || !whole) return
      call.show({ ...whole, people: whole.people.filter((person) => person.self) })
      call.show({ ...whole, notices: [] })
    })
    await page.waitForFunction(() => document.querySelector('[role="status"]')?.textContent?.includes('Bob joined'))
    const words = await page.$$eval('[role="status"] p', (all) => all.map((each) => each.textContent))
    expect(words).toEqual(['You are in the call', 'Private. Bob is not compared yet.', 'Bob left', 'Bob joined'])
  })
})

describe('a refusal', () => {
  it('says what happened, what it means and what to do, and begins at its heading', async () => {
    await show(page, 'two')
    await page.evaluate((why) => {
      const call = window.gallery.call
      call?.show({ ...call.snapshot, phase: 'refused', problem: why })
    }, problem('local.opened-elsewhere'))
    await page.waitForSelector('.between')
    expect(await focused()).toBe('heading This call was opened in another tab or window of this browser.')
    await press('Join here')
    expect(await asked()).toEqual(['rejoin'])
  })
})
