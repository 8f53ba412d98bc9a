import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import problems from '../../../spec/errors.json'
import { meaningOf, wayOn } from '../parts/problem-words'
import { en } from './en'
import { count, isWord, say } from './words'

const app = join(import.meta.dirname, '..')
const sources = readdirSync(app, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== join('words', 'en.ts'))
  .map((file) => readFileSync(join(app, file), 'utf8'))
  .join('\n')

describe('the catalogue', () => {
  it('fills places in and chooses the plural', () => {
    expect(say('said.joined', { name: 'Bob {x}' })).toBe('Bob {x} joined')
    expect([1, 2].map((unread) => count('bar.unread', unread))).toEqual(['1 unread message', '2 unread messages'])
  })

  it('has no sentence that nothing shows', () => {
    const composed = [...sources.matchAll(/`((?:[a-z0-9.-]|\$\{[^}]+\})+)`/g)]
      .map(([, id]) => (id ?? '').replaceAll('.', '\\.').replaceAll(/\$\{[^}]+\}/g, '[a-z0-9-]+'))
      .filter((pattern) => pattern.includes('\\.'))
      .map((pattern) => new RegExp(`^${pattern}$`))
    const shown = (id: string): boolean =>
      sources.includes(`'${id}'`) ||
      sources.includes(`'${id.replace(/\.(one|other)$/, '')}'`) ||
      composed.some((pattern) => pattern.test(id)) ||
      /^(microphone|camera)\.local\./.test(id)
    expect(Object.keys(en).filter((id) => !shown(id))).toEqual([])
  })

  it('never says that something went wrong without saying what', () => {
    expect(Object.values(en).filter((words) => /something went wrong|oops|unknown error|!/i.test(words))).toEqual([])
  })
})

describe('each code of the specification', () => {
  it.each(problems)('$code says what it means for privacy and what to do next', ({ code, title, advice }) => {
    expect(meaningOf({ code, title, advice })).toMatch(/\.$/)
    expect(['here', 'again', 'retry', 'none']).toContain(wayOn({ code, title, advice }))
  })

  it('has a blame whose meaning is known', () => {
    for (const { blame } of problems) expect(isWord(`meaning.${blame}`)).toBe(true)
  })

  it('offers no second try after the codes differed or the rules were altered', () => {
    const way = (code: string): string => wayOn({ code, title: '', advice: '' })
    expect(['integrity.codes-differ', 'integrity.policy', 'denied.room-gone'].map(way)).toEqual(['none', 'none', 'none'])
    expect(way('local.opened-elsewhere')).toBe('here')
    expect(way('denied.room-full')).toBe('retry')
  })
})
