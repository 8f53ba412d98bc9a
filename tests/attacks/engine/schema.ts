/** The form of every message, read out of the product's own validators: their combinators are replaced by ones that say what they are. */
import { join } from 'node:path'
import { vi } from 'vitest'

export type Schema =
  | { readonly kind: 'text'; readonly min: number; readonly max: number; readonly pattern?: RegExp }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'flag' }
  | { readonly kind: 'oneOf'; readonly allowed: readonly (string | number)[] }
  | { readonly kind: 'nullable'; readonly inner: Schema }
  | { readonly kind: 'list'; readonly inner: Schema; readonly min: number; readonly max: number }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Schema>> }
  | { readonly kind: 'tagged'; readonly variants: ReadonlyMap<string, Schema> }

type Told = () => Schema

const check = join(import.meta.dirname, '..', '..', '..', 'web', 'client', 'wire', 'check')
const telling = {
  MalformedError: Error,
  text:
    (min: number, max: number, pattern?: RegExp): Told =>
    () => ({ kind: 'text', min, max, ...(pattern ? { pattern } : {}) }),
  integer:
    (min: number, max: number): Told =>
    () => ({ kind: 'integer', min, max }),
  flag: (): Schema => ({ kind: 'flag' }),
  oneOf:
    (...allowed: (string | number)[]): Told =>
    () => ({ kind: 'oneOf', allowed }),
  nullable:
    (inner: Told): Told =>
    () => ({ kind: 'nullable', inner: inner() }),
  list:
    (inner: Told, min: number, max: number): Told =>
    () => ({ kind: 'list', inner: inner(), min, max }),
  object:
    (fields: Readonly<Record<string, Told>>): Told =>
    () => ({
      kind: 'object',
      fields: Object.fromEntries(Object.entries(fields).map(([name, told]) => [name, told()])),
    }),
  tagged:
    (variants: ReadonlyMap<string, Told>): Told =>
    () => ({ kind: 'tagged', variants: new Map([...variants].map(([type, told]) => [type, told()])) }),
  parseText: (told: Told): Schema => told(),
}

/** What `parse…` functions of wire/messages.ts, wire/bodies.ts and wire/payloads.ts take. */
export async function schemas(): Promise<ReadonlyMap<string, Schema>> {
  vi.resetModules()
  vi.doMock(check, () => telling)
  try {
    const modules = [
      await import('../../../web/client/wire/messages'),
      await import('../../../web/client/wire/bodies'),
      await import('../../../web/client/wire/payloads'),
    ]
    const parsers = modules.flatMap((module) => Object.entries(module)).filter(([name]) => name.startsWith('parse'))
    return new Map(parsers.map(([name, parse]) => [name, (parse as unknown as () => Schema)()]))
  } finally {
    vi.doUnmock(check)
    vi.resetModules()
  }
}

export interface Mutation {
  readonly what: string
  readonly value: unknown
  /** Whether spec says that it is taken (and what is foreign in it left out). */
  readonly isTaken: boolean
}

/** A text of this length that fits, or null. */
function fitting(length: number, pattern: RegExp | undefined): string | null {
  const candidates = ['A'.repeat(length), 'a'.repeat(length), `a.${'a'.repeat(Math.max(0, length - 2))}`]
  return candidates.find((text) => text.length === length && (pattern?.test(text) ?? true)) ?? null
}

/** A valid value, as large as it may be or as small. */
export function sample(schema: Schema, size: 'small' | 'large'): unknown {
  switch (schema.kind) {
    case 'text': {
      const text = fitting(size === 'small' ? schema.min : schema.max, schema.pattern)
      if (text === null) throw new Error(`no text fits ${String(schema.pattern)}`)
      return text
    }
    case 'integer':
      return size === 'small' ? schema.min : schema.max
    case 'flag':
      return size === 'large'
    case 'oneOf':
      return schema.allowed.at(size === 'small' ? 0 : -1)
    case 'nullable':
      return size === 'small' ? null : sample(schema.inner, size)
    case 'list':
      return Array.from({ length: size === 'small' ? schema.min : Math.min(schema.max, 128) }, () => sample(schema.inner, size))
    case 'object':
      return Object.fromEntries(Object.entries(schema.fields).map(([name, field]) => [name, sample(field, size)]))
    case 'tagged':
      throw new Error('sample one of its variants')
  }
}

const DEEP = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) as unknown
const anything: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 53,
  Number.MAX_VALUE,
  '',
  'x',
  '\u0000',
  '\ud800',
  [],
  [[]],
  {},
  { type: 'joined' },
  DEEP,
]

/** Values for one place that do not belong there. */
function* wrong(schema: Schema): Generator<readonly [string, unknown]> {
  const fits = (value: unknown): boolean => isValid(schema, value)
  for (const value of anything) if (!fits(value)) yield [`a ${value === DEEP ? 'deep list' : JSON.stringify(value)}`, value]
  if (schema.kind === 'text') {
    const most = fitting(schema.max, schema.pattern) ?? ''
    yield ['one character more', `${most}A`]
    yield [
      'a thousand times as long',
      most
        .repeat(1_000)
        .slice(0, 10_000_000)
        .padEnd(schema.max + 1, 'A'),
    ]
    if (schema.min > 0) yield ['one character less', most.slice(0, schema.min - 1)]
    if (schema.pattern) for (const end of ['\n', ' ', '\u0000', '=', '\u2028']) yield ['a foreign end', most.slice(0, -1) + end]
  }
  if (schema.kind === 'integer')
    for (const value of [schema.max + 1, schema.min - 1, schema.min + 0.5, String(schema.min)]) if (!fits(value)) yield [`the number ${value}`, value]
  if (schema.kind === 'list') yield ['one item more', Array.from({ length: schema.max + 1 }, () => sample(schema.inner, 'small'))]
  if (schema.kind === 'nullable') for (const [what, value] of wrong(schema.inner)) if (!fits(value)) yield [what, value]
}

function isValid(schema: Schema, value: unknown): boolean {
  switch (schema.kind) {
    case 'text':
      return typeof value === 'string' && [...value].length >= schema.min && [...value].length <= schema.max && (schema.pattern?.test(value) ?? true)
    case 'integer':
      return Number.isSafeInteger(value) && (value as number) >= schema.min && (value as number) <= schema.max
    case 'flag':
      return typeof value === 'boolean'
    case 'oneOf':
      return schema.allowed.includes(value as string)
    case 'nullable':
      return value === null || isValid(schema.inner, value)
    case 'list':
      return Array.isArray(value) && value.length >= schema.min && value.length <= schema.max && value.every((item) => isValid(schema.inner, item))
    case 'object':
      return (
        typeof value === 'object' &&
        value !== null &&
        Object.entries(schema.fields).every(([name, field]) => isValid(field, Reflect.get(value, name)))
      )
    case 'tagged':
      return false
  }
}

/** A value with every place in it changed to what it must not be, one at a time; and with things added that must make no difference. */
export function* mutations(schema: Schema, good: unknown, at = ''): Generator<Mutation> {
  for (const [what, value] of wrong(schema)) yield { what: `${at}: ${what}`, value, isTaken: false }
  if (schema.kind === 'object' && typeof good === 'object' && good !== null) {
    for (const [name, field] of Object.entries(schema.fields)) {
      const { [name]: own, ...rest } = good as Record<string, unknown>
      yield { what: `${at}.${name}: missing`, value: rest, isTaken: false }
      for (const inner of mutations(field, own, `${at}.${name}`)) yield { ...inner, value: { ...good, [name]: inner.value } }
    }
    yield { what: `${at}: one field more`, value: { ...good, extra: DEEP, constructor: 1, toString: null }, isTaken: true }
    yield {
      what: `${at}: a prototype of its own`,
      value: JSON.parse(JSON.stringify({ ...good, x: 1 }).replace('"x":1', '"__proto__":{"type":"bye"}')) as unknown,
      isTaken: true,
    }
  }
  if (schema.kind === 'list' && Array.isArray(good) && good.length > 0)
    for (const inner of mutations(schema.inner, good[0], `${at}[0]`)) yield { ...inner, value: [inner.value, ...(good as unknown[]).slice(1)] }
}
