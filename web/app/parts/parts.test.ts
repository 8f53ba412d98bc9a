import { describe, expect, it } from 'vitest'
import { message, person, security, snapshot } from '../../../tests/gallery/snapshots'
import { room } from '../chat/length'
import { Unread } from '../chat/unread'
import { shortcutOf, type Pressed } from '../call/shortcuts'
import { nameProblem } from '../check/name'
import { ownCode } from '../security/own-code'
import { parsePin } from '../../client/crypto/pin'
import { b64u } from '../../client/bytes/text'
import { labelOf } from '../stage/labels'
import { nextItem, type MenuItem } from './menu-keys'
import { initials } from './person-marks'
import { qrPath } from './qr'

describe('a person', () => {
  it('is drawn by their initials in any script', () => {
    expect(['Bob', 'Chidi Anagonye', 'maria del carmen ruiz', '山田 太郎', '👩‍🔬 Ada', '  '].map(initials)).toEqual([
      'B',
      'CA',
      'MR',
      '山太',
      '👩‍🔬A',
      '',
    ])
  })

  it('is told from another of the same name by their device', () => {
    const one = person(1, 'Bob')
    const other = person(2, 'BOB')
    expect(labelOf(one, [one, person(2, 'Eve')])).toBe('Bob')
    expect(labelOf(one, [one, other])).toBe('Bob · 1kBo')
    expect(labelOf(other, [one, other])).toBe('BOB · 2kBO')
  })

  it('needs a name of one to 64 letters', () => {
    expect(['', ' \u3000', 'Bob', '😀'.repeat(64), '😀'.repeat(65)].map(nameProblem)).toEqual([
      'check.name.missing',
      'check.name.missing',
      undefined,
      undefined,
      'check.name.long',
    ])
  })
})

describe('the chat', () => {
  it('counts letters, not halves of them', () => {
    expect(room('😀'.repeat(4096))).toBe(0)
    expect(room('😀'.repeat(4097))).toBe(-1)
  })

  it('counts as unread what others wrote while it was closed', () => {
    const bob = person(1, 'Bob')
    const own = person(0, 'Alice', { self: true })
    const unread = new Unread()
    const first = [message(1, bob, 'a'), message(2, own, 'b')]
    expect(unread.count(first, false)).toBe(1)
    expect(unread.count(first, true)).toBe(0)
    expect(unread.count([...first, message(3, bob, 'c'), message(4, bob, 'd')], false)).toBe(2)
  })
})

describe('the keys', () => {
  const key = (more: Partial<Pressed>): Pressed => ({
    code: 'KeyM',
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    repeat: false,
    inField: false,
    ...more,
  })

  it('work with Alt, also in a field, and alone only for who wants it and outside of fields', () => {
    expect(shortcutOf(key({ altKey: true, inField: true }), false)).toBe('microphone')
    expect(shortcutOf(key({}), false)).toBeUndefined()
    expect(shortcutOf(key({}), true)).toBe('microphone')
    expect(shortcutOf(key({ inField: true }), true)).toBeUndefined()
  })

  it('leave the browser’s own keys and held keys alone', () => {
    for (const other of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { repeat: true }])
      expect(shortcutOf(key({ altKey: true, ...other }), true)).toBeUndefined()
    expect(shortcutOf(key({ code: 'KeyX', altKey: true }), true)).toBeUndefined()
  })
})

describe('a menu', () => {
  const items: readonly MenuItem[] = [
    { line: 0, name: 'Thumbs up' },
    { line: 0, name: 'Heart' },
    { line: 1, name: 'Raise hand' },
    { line: 2, name: 'Devices' },
  ]
  const walk = (from: number, ...pressed: readonly string[]): number => pressed.reduce((at, key) => nextItem(items, at, key) ?? at, from)

  it('leads down and up by lines and round at the ends', () => {
    expect([walk(0, 'ArrowDown'), walk(1, 'ArrowDown', 'ArrowDown'), walk(3, 'ArrowDown')]).toEqual([2, 3, 0])
    expect([walk(2, 'ArrowUp'), walk(0, 'ArrowUp'), walk(1, 'ArrowUp')]).toEqual([0, 3, 3])
    expect([walk(2, 'Home'), walk(0, 'End')]).toEqual([0, 3])
  })

  it('leads sideways in a line of several, and the other way in a language that does', () => {
    expect([walk(0, 'ArrowRight'), walk(1, 'ArrowRight'), walk(2, 'ArrowRight')]).toEqual([1, 0, 2])
    expect(nextItem(items, 0, 'ArrowLeft', true)).toBe(1)
  })

  it('leads by the first letter to the next that begins with it', () => {
    expect([walk(0, 'd'), walk(0, 'H'), walk(0, 'x'), walk(0, 'Tab')]).toEqual([3, 1, 0, 0])
  })
})

describe('the QR code', () => {
  it('holds every dark square, with quiet space around', () => {
    const { size, path } = qrPath('https://calls.example.org/r/x#v1.y')
    const rows = path
      .split('M')
      .slice(1)
      .map((run) => run.split(/[ h]/).map(Number.parseFloat))
    expect(Math.min(...rows.map(([x]) => x ?? 0))).toBe(4)
    expect(Math.max(...rows.map(([x, , length]) => (x ?? 0) + (length ?? 0)))).toBe(size - 4)
    expect(path.startsWith('M4 4h7v1H4z')).toBe(true)
  })

  it('of a device holds its key and the code, as another device reads it', () => {
    const devicePublicKey = new Uint8Array(32).fill(7)
    const own = person(0, 'Alice', { self: true, trust: 'self', deviceKey: b64u(devicePublicKey) })
    const text = ownCode(snapshot({ people: [person(1, 'Bob'), own], security: security({ epochCode: '48213 90577 11864 30259 77102 05931' }) }))
    expect(text).toBe(`incamera1.${b64u(devicePublicKey)}.482139057711864302597710205931`)
    expect(parsePin(` ${text}\n`)).toEqual({ devicePublicKey, epochCode: '48213 90577 11864 30259 77102 05931' })
    for (const other of ['', 'incamera', text.slice(1), `${text}1`, text.replace('incamera1', 'incamera2'), text.replace('.4', '.x')])
      expect(parsePin(other)).toBeNull()
  })
})
