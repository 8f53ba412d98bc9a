/** What is promised about the built client: the same sources give the same bytes anywhere, and a page names only what it can vouch for. */
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { client } from '../../scripts/vite/client.ts'
import { refuseInline } from '../../scripts/vite/integrity.ts'

const checkout = join(import.meta.dirname, '..', '..')
const scratch = mkdtempSync(join(tmpdir(), 'incamera-build-'))
const here = join(scratch, 'here')
const elsewhere = join(scratch, 'elsewhere')

const digests = (folder: string): unknown => JSON.parse(readFileSync(join(folder, 'integrity.json'), 'utf8'))
const pages = (): string[] => readdirSync(here).filter((name) => name.endsWith('.html'))

beforeAll(async () => {
  await build({ ...client({ outDir: here, alias: [] }), configFile: false, logLevel: 'error' })
})

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe('the built client', () => {
  it('has the same bytes when it is built in another folder', async () => {
    for (const part of ['web', 'scripts', 'spec/errors.json', 'spec/emoji.json', 'package.json', 'tsconfig.base.json']) {
      cpSync(join(checkout, part), join(elsewhere, part), { recursive: true, filter: (path) => path !== join(checkout, 'web', 'dist') })
    }
    symlinkSync(join(checkout, 'node_modules'), join(elsewhere, 'node_modules'))
    const there = (await import(join(elsewhere, 'scripts', 'vite', 'client.ts'))) as { client: typeof client }
    await build({ ...there.client(), configFile: false, logLevel: 'error' })
    expect(digests(join(elsewhere, 'web', 'dist'))).toEqual(digests(here))
  })

  it('has a page for home, call and security', () => {
    expect(pages().toSorted()).toEqual(['call.html', 'home.html', 'security.html'])
  })

  it('vouches on every page for each script and style sheet with its digest', () => {
    for (const page of pages()) {
      const tags = [...readFileSync(join(here, page), 'utf8').matchAll(/<(?:script|link)\b[^>]*\s(?:src|href)="(\/[^"]+\.(?:js|css))"[^>]*>/g)]
      expect(tags.length).toBeGreaterThan(0)
      for (const [tag, address] of tags) {
        const digest = createHash('sha384')
          .update(readFileSync(join(here, address ?? '')))
          .digest('base64')
        expect(tag).toContain(` integrity="sha384-${digest}"`)
      }
    }
  })

  it('loads nothing from anybody else', () => {
    for (const page of pages()) expect(readFileSync(join(here, page), 'utf8')).not.toMatch(/(?:src|href)="(?:[a-z]+:)?\/\//)
  })

  it('names the authors and licences of what it carries, the worker included', () => {
    const words = readFileSync(join(here, 'licences.md'), 'utf8')
    for (const name of ['lit ', 'ts-mls ']) expect(words).toContain(`## ${name}`)
  })
})

describe('a page with inline code', () => {
  const inline = [
    '<script>1</script>',
    '<script type="module">1</script>',
    '<style>a{}</style>',
    '<p style="color:red">',
    '<p onclick="x()">',
    '<a href="javascript:x()">',
    '<script src="data:,1">',
  ]

  it.each(inline)('is refused: %s', (html) => {
    expect(() => refuseInline('page.html', html)).toThrow('inline code is not allowed')
  })

  it('is told from one without', () => {
    expect(() => refuseInline('page.html', '<script type="module" src="/a.js"></script><link rel="stylesheet" href="/a.css">')).not.toThrow()
  })
})
