/** The files of this language are what its code makes now. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { files } from './made_by_typescript'
import { path } from './vector_file'

it.each([...(await files())])('spec/vectors/typescript/%s.json is up to date (node tests/vector/write_typescript.ts)', (topic, text) => {
  expect(readFileSync(path('typescript', topic), 'utf8')).toBe(text)
})
