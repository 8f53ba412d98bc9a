import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TileHeight, type Shown } from './shown_height'

let resize: (height_px: number) => void
let place: (isIntersecting: boolean) => void
const page = Object.assign(new EventTarget(), { hidden: false })

beforeEach(() => {
  page.hidden = false
  class Observer {
    observe(): void {
      // The test says when something changed.
    }
    disconnect(): void {
      // Nothing is held.
    }
  }
  const sizes = class extends Observer {
    constructor(said: (entries: unknown[]) => void) {
      super()
      resize = (height) => said([{ contentRect: { height } }])
    }
  }
  const places = class extends Observer {
    constructor(said: (entries: unknown[]) => void) {
      super()
      place = (isIntersecting) => said([{ isIntersecting }])
    }
  }
  for (const [name, value] of Object.entries({ ResizeObserver: sizes, IntersectionObserver: places, document: page, devicePixelRatio: 2 }))
    vi.stubGlobal(name, value)
})
afterEach(() => void vi.unstubAllGlobals())

function tile(): { readonly height: TileHeight; readonly said: () => readonly string[] } {
  const said: string[] = []
  const element = {
    querySelector: () => new EventTarget(),
    dispatchEvent: (event: CustomEvent<Shown>) => said.push(`${event.detail.leafIndex} ${event.detail.kind} ${event.detail.heightPx}`),
  } as unknown as HTMLElement
  return { height: new TileHeight(element), said: () => said.splice(0) }
}
const bob = { self: false, leafIndex: 4 }

describe('the height of a tile', () => {
  it("is said in the device's own pixels, when it changes, and is nothing while nobody can see it", () => {
    const { height, said } = tile()
    height.draw(bob, 'camera')
    expect(said()).toEqual([])
    resize(270)
    expect(said()).toEqual(['4 camera 540'])
    resize(270)
    height.draw(bob, 'camera')
    expect(said()).toEqual([])
    place(false)
    expect(said()).toEqual(['4 camera 0'])
    place(true)
    page.hidden = true
    page.dispatchEvent(new Event('visibilitychange'))
    expect(said()).toEqual(['4 camera 540', '4 camera 0'])
  })

  it('is of the picture that the tile shows now, and of none on our own', () => {
    const { height, said } = tile()
    height.draw(bob, 'camera')
    resize(100)
    height.draw(bob, 'screen')
    expect(said()).toEqual(['4 camera 200', '4 screen 200'])
    const own = tile()
    own.height.draw({ ...bob, self: true }, 'camera')
    expect(own.said()).toEqual([])
  })
})
