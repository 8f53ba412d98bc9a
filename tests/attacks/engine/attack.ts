/**
 * One attack, run twice with the same code: against the product with the defence's one module replaced, where it has to succeed, and against the
 * product, where it has to fail and be noticed. What is replaced by what, and what is noticed, is data: tests/attacks/attacks.json.
 */
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import table from '../attacks.json'
import type * as world from './world'

const checkout = join(import.meta.dirname, '..', '..', '..')

/** Everything an attack uses, loaded anew for each run, so that the replaced module is the one that all others see. */
export type World = typeof world

export interface Outcome {
  /** Whether the attacker got what it wanted. */
  readonly believed: boolean
  /** Codes of alarms, refusals and problems that the victims saw. */
  readonly noticed: readonly string[]
}

/** The stable code of a refusal; what else was thrown is nobody's code. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && (error.name === 'ProblemError' || error.name === 'MalformedError')
    ? String(error.code)
    : `thrown: ${String(error)}`

interface Row {
  readonly attack: string
  readonly weakened: Readonly<Record<string, string | undefined>>
  readonly noticed: readonly string[]
}

async function worldWith(weakened: Row['weakened']): Promise<World> {
  vi.resetModules()
  for (const [defence, variant] of Object.entries(weakened)) {
    if (variant === undefined) continue
    vi.doMock(join(checkout, defence), async (importOriginal) => ({
      ...(await importOriginal<object>()),
      ...((await import(/* @vite-ignore */ join(checkout, variant))) as object),
    }))
  }
  try {
    return await import('./world')
  } finally {
    for (const defence of Object.keys(weakened)) vi.doUnmock(join(checkout, defence))
  }
}

export const product = (): Promise<World> => worldWith({})

export function attack(name: string, run: (world: World) => Promise<Outcome>): void {
  const row = (table as readonly Row[]).find((one) => one.attack === name)
  if (!row) throw new Error(`${name} is not in tests/attacks/attacks.json`)
  describe(name, () => {
    it(`succeeds where ${Object.keys(row.weakened).join(' and ')} is weakened`, async () => {
      expect((await run(await worldWith(row.weakened))).believed).toBe(true)
    })
    it('fails against the product and is noticed', async () => {
      const { believed, noticed } = await run(await product())
      expect(believed).toBe(false)
      expect(noticed).toEqual(expect.arrayContaining([...row.noticed]))
    })
  })
}
