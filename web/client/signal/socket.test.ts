/** The socket when there is no network: an attempt that leads nowhere makes way for the next. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LogSocket } from './socket'

const made: StubSocket[] = []
class StubSocket {
  static readonly OPEN = 1
  readyState = 0
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  constructor() {
    made.push(this)
  }
  send(): void {
    // Nobody is there to hear.
  }
  close(): void {
    this.readyState = 3
  }
}

/** Time that goes by when it is told to. */
class Hours {
  private now_ms = 0
  private readonly due = new Set<{ readonly at_ms: number; readonly then: () => void }>()
  readonly after = (ms: number, then: () => void): (() => void) => {
    const one = { at_ms: this.now_ms + ms, then }
    this.due.add(one)
    return () => void this.due.delete(one)
  }
  readonly every = (): (() => void) => () => undefined
  readonly chance = (): number => 0.5

  pass(ms: number): void {
    const end_ms = this.now_ms + ms
    for (;;) {
      const [next] = [...this.due].filter(({ at_ms }) => at_ms <= end_ms).sort((a, b) => a.at_ms - b.at_ms)
      if (!next) break
      this.due.delete(next)
      this.now_ms = next.at_ms
      next.then()
    }
    this.now_ms = end_ms
  }
}

function opened(): { readonly hours: Hours; readonly states: string[]; readonly socket: LogSocket } {
  vi.stubGlobal('WebSocket', StubSocket)
  made.length = 0
  const hours = new Hours()
  const states: string[] = []
  const nothing = (): void => undefined
  const events = { joined: nothing, entry: nothing, relay: nothing, sfu: nothing, state: (state: string) => void states.push(state), ended: nothing }
  const socket = new LogSocket({ url: 'ws://127.0.0.1', roomId: 'A'.repeat(22), grant: 'A'.repeat(43), have: () => null, timing: hours }, events)
  socket.open()
  return { hours, states, socket }
}

afterEach(() => vi.unstubAllGlobals())

describe('an attempt to connect', () => {
  it('that nobody answers ends after four seconds, later ones after up to twelve', () => {
    const { hours, states } = opened()
    hours.pass(3_900)
    expect(made).toHaveLength(1)
    hours.pass(400)
    expect(made).toHaveLength(2)
    expect(made[0]?.readyState).toBe(3)
    hours.pass(8_000 + 600)
    expect(made).toHaveLength(3)
    hours.pass(11_900)
    expect(made).toHaveLength(3)
    hours.pass(1_200)
    expect(made).toHaveLength(4)
    expect(states).toContain('reconnecting')
  })

  it('that was answered lasts, and so does one that was given up', () => {
    const { hours, socket } = opened()
    made[0]?.onopen?.()
    hours.pass(60_000)
    expect(made).toHaveLength(1)
    socket.close(false)
    hours.pass(60_000)
    expect(made).toHaveLength(1)
  })
})
