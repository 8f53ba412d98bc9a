/** One person in one browser, who sees the page only as people do: by role and name. */
import type { Browser, ElementHandle, Page } from 'puppeteer-core'
import { launch, type Kind } from './browser'
import { installSender, recognise, toneOf, type Recognised } from './pattern'
import { until } from './process'

export interface Reading {
  readonly state: string
  readonly sentence: string
  readonly epochCode: string
  readonly values: Readonly<Record<string, string>>
}

const readingIds = [
  'epoch-code',
  'dtls-state',
  'tls-version',
  'dtls-cipher',
  'srtp-cipher',
  'local-fingerprint',
  'remote-fingerprint',
  'candidate-types',
  'relay-transport',
  'server-sees',
  'epoch',
  'frames',
]

export class Person {
  readonly pageErrors: string[] = []
  private constructor(
    readonly kind: Kind,
    readonly name: string,
    readonly sender: number,
    readonly browser: Browser,
    readonly page: Page,
  ) {}

  /** `before` runs before any script of the page: the place for a test's own interference. */
  static async at(
    link: string,
    options: { kind: Kind; name: string; sender: number; browser?: Browser; width?: number; before?: (page: Page) => Promise<void> },
  ): Promise<Person> {
    const browser = options.browser ?? (await launch(options.kind))
    const page = await browser.newPage()
    const person = new Person(options.kind, options.name, options.sender, browser, page)
    if (process.env['SHOW_CONSOLE']) page.on('console', (message) => console.log(person.name, message.text()))
    page.on('pageerror', (error) => person.pageErrors.push(String(error)))
    await page.evaluateOnNewDocument(installSender, options.sender, options.width ?? 640)
    await options.before?.(page)
    await page.setViewport({ width: 1000, height: 720 })
    await page.goto(link, { waitUntil: 'load' })
    return person
  }

  /** The element with this role and accessible name, looked for in open shadow roots as well. */
  async find(role: string, name: string | RegExp, patience_ms = 15_000): Promise<ElementHandle<Element>> {
    const pattern = name instanceof RegExp ? name.source : `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`
    return until(`${this.name} finds ${role} "${name}"`, patience_ms, async () => {
      const handle = await this.page.evaluateHandle(
        (wantedRole: string, wantedName: string) => {
          const roleOf = (e: Element): string => {
            const given = e.getAttribute('role')
            if (given) return given
            const tag = e.tagName.toLowerCase()
            const type = e.getAttribute('type') ?? ''
            if (tag === 'button' || tag === 'summary') return 'button'
            if (tag === 'input') return type === 'checkbox' ? 'checkbox' : 'textbox'
            if (tag === 'textarea') return 'textbox'
            if (tag === 'dialog') return 'dialog'
            if (tag === 'section') return 'region'
            if (tag === 'a') return 'link'
            if (/^h[1-6]$/.test(tag)) return 'heading'
            return tag
          }
          const nameOf = (e: Element): string => {
            const root = e.getRootNode() as Document | ShadowRoot
            const by = e.getAttribute('aria-labelledby')
            const label =
              e.getAttribute('aria-label') ??
              (by
                ? by
                    .split(' ')
                    .map((id) => root.getElementById(id)?.textContent ?? '')
                    .join(' ')
                : null)
            if (label !== null) return label.trim()
            const labels = (e as HTMLInputElement).labels
            if (labels && labels.length > 0) return (labels[0]?.querySelector('[data-label]')?.textContent ?? labels[0]?.textContent ?? '').trim()
            return (e.textContent ?? '').replace(/\s+/g, ' ').trim()
          }
          const all = (at: ParentNode): Element[] =>
            Array.from(at.querySelectorAll('*')).flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])])
          const visible = (e: Element): boolean => e.getClientRects().length > 0
          return all(document).find((e) => roleOf(e) === wantedRole && new RegExp(wantedName).test(nameOf(e)) && visible(e)) ?? null
        },
        role,
        pattern,
      )
      return handle.asElement() as ElementHandle<Element> | null
    })
  }

  async has(role: string, name: string | RegExp): Promise<boolean> {
    return this.find(role, name, 0).then(
      () => true,
      () => false,
    )
  }

  /** A person's press: the element's own click, so that overlapping animations do not matter. */
  async press(role: string, name: string | RegExp, patience_ms?: number): Promise<void> {
    const element = await this.find(role, name, patience_ms)
    await element.evaluate((e) => (e as HTMLElement).click())
  }

  /** Waits until a button that rests for a moment may be pressed. */
  async enabled(name: string): Promise<void> {
    await until(`${this.name} may press ${name}`, 15_000, async () => {
      const button = await this.find('button', name)
      return button.evaluate((e) => !(e as HTMLButtonElement).disabled)
    })
  }

  /** Presses a button inside the row of this class that says these words. */
  async pressIn(row: string, words: string, button: string): Promise<void> {
    await until(`${this.name} presses "${button}" beside "${words}"`, 15_000, () =>
      this.page.evaluate(
        (selector: string, text: string, label: string) => {
          const found = [...document.querySelectorAll(selector)].find((one) => one.textContent?.includes(text))
          const pressed = [...(found?.querySelectorAll('button') ?? [])].find((one) => one.textContent?.trim() === label && !one.disabled)
          pressed?.click()
          return pressed !== undefined
        },
        row,
        words,
        button,
      ),
    )
  }

  /** What stands in a field that can only be read. */
  async valueOf(name: string): Promise<string> {
    return (await this.find('textbox', name)).evaluate((field) => (field as HTMLInputElement).value)
  }

  async write(role: string, name: string, text: string): Promise<void> {
    const element = await this.find(role, name)
    await element.evaluate((e, value) => {
      const field = e as HTMLInputElement
      field.focus()
      field.value = value
      field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, data: value }))
      field.dispatchEvent(new Event('change', { bubbles: true }))
    }, text)
  }

  async join(devices: { microphone?: boolean; camera?: boolean } = {}): Promise<void> {
    await this.prepare(devices)
    await this.press('button', 'Join')
    await this.find('button', 'Leave', 20_000)
  }

  /** Everything up to the press on Join. */
  async prepare(devices: { microphone?: boolean; camera?: boolean } = {}): Promise<void> {
    await this.write('textbox', 'Your name', this.name)
    for (const [label, wanted] of [
      ['Microphone', devices.microphone ?? true],
      ['Camera', devices.camera ?? true],
    ] as const) {
      const box = await this.find('checkbox', label)
      const on = await box.evaluate((e) => (e as HTMLInputElement).checked)
      if (on !== wanted) await box.evaluate((e) => (e as HTMLInputElement).click())
    }
  }

  recognise(name: string): Promise<Recognised | null> {
    return this.page.evaluate(recognise, name)
  }

  /** Sees the other's own moving picture and hears the other's own tone for `seconds` without a gap of more than a second. */
  async seesAndHears(other: Person, seconds = 5, patience_ms = 30_000): Promise<void> {
    await until(`${this.name} sees and hears ${other.name}`, patience_ms, async () => {
      const at = await this.recognise(other.name)
      if (at?.sender === other.sender && at.tone_hz !== null && Math.abs(at.tone_hz - toneOf(other.sender)) < 25) return true
      throw new Error(`${JSON.stringify(at)} of ${JSON.stringify(toneOf(other.sender))} Hz on a page that says: ${(await this.text()).slice(0, 700)}`)
    })
    const end = Date.now() + seconds * 1000
    let counter: number | null = null
    let pictures = 0
    let good = Date.now()
    let heard = 0
    while (Date.now() < end) {
      const at = await this.recognise(other.name)
      if (at?.sender === other.sender && at.counter !== null && at.tone_hz !== null && Math.abs(at.tone_hz - toneOf(other.sender)) < 25) {
        if (at.counter !== counter) pictures++
        counter = at.counter
        heard++
        good = Date.now()
      }
      if (Date.now() - good > 1_500) throw new Error(`${this.name} lost ${other.name}: ${JSON.stringify(at)}`)
      await new Promise((resolve) => setTimeout(resolve, 120))
    }
    if (pictures < seconds * 2 || heard < seconds * 2)
      throw new Error(`${this.name} saw ${pictures} pictures and heard ${heard} tones of ${other.name} in ${seconds} s`)
  }

  /** The other's own picture, in motion, and the other's own tone, however slowly a crowded machine shows them. */
  async meets(other: Person, patience_ms = 60_000): Promise<void> {
    const counters = new Set<number>()
    await until(`${this.name} meets ${other.name}`, patience_ms, async () => {
      const at = await this.recognise(other.name)
      const isHeard = at !== null && at.tone_hz !== null && Math.abs(at.tone_hz - toneOf(other.sender)) < 25
      if (at?.sender === other.sender && at.counter !== null && isHeard) counters.add(at.counter)
      if (counters.size >= 3) return true
      throw new Error(`${JSON.stringify(at)} of ${other.sender} on a page that says: ${(await this.text()).slice(0, 500)}`)
    })
  }

  /** Neither picture nor tone of the other for `seconds`. */
  async seesNothingOf(other: Person, seconds = 3): Promise<void> {
    const end = Date.now() + seconds * 1000
    let last: number | null = null
    while (Date.now() < end) {
      const at = await this.recognise(other.name)
      const heard = at?.tone_hz !== undefined && at?.tone_hz !== null && Math.abs(at.tone_hz - toneOf(other.sender)) < 25
      const moved: boolean = at !== null && at.counter !== null && last !== null && at.counter !== last
      if (heard || moved) throw new Error(`${this.name} recognised ${other.name}: ${JSON.stringify(at)}`)
      last = at?.counter ?? last
      await new Promise((resolve) => setTimeout(resolve, 120))
    }
  }

  /** Opens Security, reads it, closes it. */
  async security(): Promise<Reading> {
    await this.press('button', 'Security')
    await this.find('dialog', /Security/)
    const reading = await this.readSecurity()
    await this.page.keyboard.press('Escape')
    return reading
  }

  /** The emoji with their words, as the open dialog shows them. */
  async emoji(patience_ms = 20_000): Promise<string> {
    return until(`${this.name} sees emoji`, patience_ms, async () => {
      const shown = await this.page.evaluate(() => document.querySelector('[data-testid="sas-emoji"]')?.textContent ?? '')
      return shown.replace(/\s+/g, ' ').trim() || null
    })
  }

  readSecurity(): Promise<Reading> {
    return this.page.evaluate((ids: string[]) => {
      const all = (at: ParentNode): Element[] => Array.from(at.querySelectorAll('*')).flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])])
      const elements = all(document)
      const of = (id: string): Element | undefined => elements.find((e) => e.getAttribute('data-testid') === id)
      const values = Object.fromEntries(ids.map((id) => [id, of(id)?.textContent?.trim() ?? '']))
      const state = of('e2ee-state')
      return {
        state: state?.getAttribute('data-state') ?? '',
        sentence: elements.find((e) => e.matches('dialog p.lead'))?.textContent?.trim() ?? '',
        epochCode: values['epoch-code'] ?? '',
        values,
      }
    }, readingIds)
  }

  async text(): Promise<string> {
    return this.page.evaluate(() => {
      const all = (at: ParentNode): string[] =>
        Array.from(at.childNodes).flatMap((n) =>
          n instanceof Element ? [...(n.shadowRoot ? all(n.shadowRoot) : []), ...all(n)] : n.nodeType === 3 ? [n.textContent ?? ''] : [],
        )
      return all(document.body).join(' ').replace(/\s+/g, ' ')
    })
  }

  /** Waits until the page says this somewhere. */
  async reads(words: string | RegExp, patience_ms = 15_000): Promise<void> {
    await until(`${this.name} reads ${words}`, patience_ms, async () => {
      const text = await this.text()
      if (typeof words === 'string' ? text.includes(words) : words.test(text)) return true
      throw new Error(text.slice(-600))
    })
  }

  async close(): Promise<void> {
    await this.browser.close()
  }
}
