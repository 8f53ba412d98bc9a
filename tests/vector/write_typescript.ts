/** `node tests/vector/write_typescript.ts` writes spec/vectors/typescript; vectors.test.ts says when they are stale. */
import { writeFileSync } from 'node:fs'
import { runnerImport } from 'vite'

const { module } = await runnerImport<{ files(): Promise<ReadonlyMap<string, string>> }>(new URL('made_by_typescript.ts', import.meta.url).pathname)
for (const [topic, text] of await module.files()) writeFileSync(new URL(`../../spec/vectors/typescript/${topic}.json`, import.meta.url), text)
