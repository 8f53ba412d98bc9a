/** Shows the state that the address names after `#`; the tests drive the same page. Never part of the product. */
import { CallPage } from '../../web/app/call/call-page'
import { HomePage } from '../../web/app/home/home-page'
import { FakeCall } from './fake-call'
import { calls, homes } from './states'

declare global {
  interface Window {
    gallery: { readonly states: readonly string[]; show(name: string): Promise<void>; call?: FakeCall }
  }
}

async function show(name: string): Promise<void> {
  const stage = document.querySelector('[data-page]') as HTMLElement
  stage.replaceChildren()
  const home = homes[name]
  const state = calls[name]
  if (home) {
    const page = new HomePage()
    page.state = home
    stage.append(page)
  } else if (state) {
    const page = new CallPage()
    const call = new FakeCall(state.snapshot())
    page.call = call
    window.gallery.call = call
    stage.append(page)
    for (const label of state.press ?? []) await press(label)
  } else list(stage)
  await settled()
}

async function press(label: string): Promise<void> {
  await settled()
  const buttons = [...document.querySelectorAll<HTMLElement>('button, [role="button"]')]
  const button = buttons.find((each) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim() === label)
  if (!button) throw new Error(`no button "${label}"`)
  button.click()
}

/** A few turns of Lit's updates and one frame. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setTimeout(resolve, 0))
  await new Promise((resolve) => requestAnimationFrame(resolve))
}

function list(stage: HTMLElement): void {
  const names = document.createElement('ul')
  for (const name of window.gallery.states) {
    const link = document.createElement('a')
    link.href = `#${name}`
    link.textContent = name
    const item = document.createElement('li')
    item.append(link)
    names.append(item)
  }
  stage.append(names)
}

window.gallery = { states: [...Object.keys(homes), ...Object.keys(calls)], show }
addEventListener('hashchange', () => void show(location.hash.slice(1)))
if (location.hash) void show(location.hash.slice(1))
