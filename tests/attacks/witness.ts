/** What somebody's tiles show during an attack, and whether anything of it is false. */
import { toneOf } from '../e2e/harness/pattern'
import type { Person } from '../e2e/harness/person'
import { until } from '../e2e/harness/process'

const EAR_HZ = 25
/** Counters of the pattern go round after this. */
const ROUND = 256

const isTone = (tone_hz: number | null, of: Person): boolean => tone_hz !== null && Math.abs(tone_hz - toneOf(of.sender)) < EAR_HZ

/** Everything false that the tiles of `others` show to `viewer` while `time` passes: another's picture or tone, or a picture that goes back in time. */
export async function falsities(viewer: Person, others: readonly Person[], seconds: number): Promise<string[]> {
  const found = new Set<string>()
  const last = new Map<Person, number>()
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    for (const other of others) {
      const at = await viewer.recognise(other.name)
      if (at === null) continue
      if (at.sender !== null && at.sender !== other.sender) found.add(`${viewer.name} sees sender ${at.sender} as ${other.name}`)
      for (const third of others)
        if (third !== other && isTone(at.tone_hz, third)) found.add(`${viewer.name} hears ${third.name} as ${other.name} (${at.tone_hz} Hz)`)
      if (at.sender !== other.sender || at.counter === null) continue
      const before = last.get(other)
      if (before !== undefined && (at.counter - before + ROUND) % ROUND > ROUND / 2)
        found.add(`${viewer.name} sees an old picture of ${other.name}: ${at.counter} after ${before}`)
      last.set(other, at.counter)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return [...found]
}

/** Waits until the tile of `as` shows the picture and sounds the tone of `other`. */
export async function seesAs(viewer: Person, other: Person, as: Person, patience_ms = 20_000): Promise<void> {
  let picture = false
  let tone = false
  await until(`${viewer.name} sees and hears ${other.name} as ${as.name}`, patience_ms, async () => {
    const at = await viewer.recognise(as.name)
    picture ||= at?.sender === other.sender
    tone ||= at !== null && isTone(at.tone_hz, other)
    if (picture && tone) return true
    throw new Error(JSON.stringify(at))
  })
}

/** Waits until somebody's picture goes back in time. */
export async function seesThePast(viewer: Person, other: Person): Promise<void> {
  await until(`${viewer.name} sees an old picture of ${other.name}`, 20_000, async () =>
    (await falsities(viewer, [other], 1)).some((text) => text.includes('old')),
  )
}
