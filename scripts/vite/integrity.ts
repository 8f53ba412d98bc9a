/**
 * After the build: every script and style sheet that a page names gets an `integrity` attribute, inline code is refused, and
 * `integrity.json` lists the SHA-256 of every file, so that anybody can compare what a server hands out with their own build.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { Plugin } from 'vite'

const LIST = 'integrity.json'

export function integrity(outDir: string): Plugin {
  return {
    name: 'incamera:integrity',
    apply: 'build',
    // After everyone else: the bytes on disk are what a browser will get.
    writeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        for (const page of files(outDir).filter((path) => path.endsWith('.html'))) seal(outDir, page)
        list(outDir)
      },
    },
  }
}

function seal(outDir: string, page: string): void {
  const path = join(outDir, page)
  const html = readFileSync(path, 'utf8')
  refuseInline(page, html)
  const sealed = html.replaceAll(/<(?:script|link)\b[^>]*\s(?:src|href)="(\/[^"]+\.(?:js|css))"[^>]*>/g, (tag, address: string) => {
    if (/\sintegrity=/.test(tag)) return tag
    const digest = createHash('sha384')
      .update(readFileSync(join(outDir, address)))
      .digest('base64')
    return `${tag.slice(0, -1)} integrity="sha384-${digest}">`
  })
  writeFileSync(path, sealed)
}

/** Our policy lets no inline script or style run; a page that has one would break only in the browser. */
export function refuseInline(page: string, html: string): void {
  const inline = /<script\b(?![^>]*\ssrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=|(?:src|href)=["']?\s*(?:javascript|data):/i.exec(html)
  if (inline) throw new Error(`${page}: inline code is not allowed: ${inline[0]}`)
}

function list(outDir: string): void {
  const digests = files(outDir)
    .filter((path) => path !== LIST)
    .map((path): [string, string] => [
      path,
      createHash('sha256')
        .update(readFileSync(join(outDir, path)))
        .digest('hex'),
    ])
  writeFileSync(join(outDir, LIST), `${JSON.stringify({ algorithm: 'sha-256', files: Object.fromEntries(digests) }, undefined, 2)}\n`)
}

/** Paths below `folder`, with slashes, in byte order. */
function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.relative(folder, posix.join(entry.parentPath, entry.name)))
    .toSorted()
}
