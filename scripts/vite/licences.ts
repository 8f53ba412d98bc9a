/** Writes `licences.md`: every package whose code is in the pages or the worker, with the text that its authors want to travel with it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
}

export interface Licences {
  /** Notes what went into a bundle; one for the pages, one for the worker. */
  readonly collect: () => Plugin
  /** Writes the list, once everything is bundled. */
  readonly write: (outDir: string) => Plugin
}

export function licences(): Licences {
  const packages = new Set<string>()
  return {
    collect: () => ({
      name: 'incamera:licences-collect',
      generateBundle(_, bundle) {
        for (const output of Object.values(bundle)) {
          if (output.type !== 'chunk') continue
          for (const id of output.moduleIds) {
            const folder = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1]
            if (folder && existsSync(join(folder, 'package.json'))) packages.add(folder)
          }
        }
      },
    }),
    write: (outDir) => ({
      name: 'incamera:licences-write',
      apply: 'build',
      writeBundle: {
        order: 'post',
        sequential: true,
        handler() {
          const sections = [...packages].map(section).toSorted()
          writeFileSync(join(outDir, 'licences.md'), `# Software of others in this client\n\n${sections.join('\n')}`)
        },
      },
    }),
  }
}

function section(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.|$)/i.test(name))
  const words = file ? readFileSync(join(folder, file), 'utf8').trim() : ''
  return `## ${manifest.name} ${manifest.version} (${manifest.license ?? 'licence not named'})\n\n${words}\n`
}
