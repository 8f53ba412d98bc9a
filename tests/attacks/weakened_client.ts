/**
 * Builds the product with some of its small modules replaced by those of tests/attacks/weakened. A build stays in .cache under the digest of all
 * that goes into it, so that each variant is built once.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { client } from '../../scripts/vite/client.ts'

const here = dirname(fileURLToPath(import.meta.url))
const checkout = join(here, '..', '..')
const BUILDS_MAX = 24

/** What each weakness replaces: how the product's files import that module, and the file that stands in for it. */
const weaknesses = {
  'envelopes are clear': [/^\.\.\/crypto\/envelope$/, 'browser_envelope_clear'],
  'payloads are clear': [/^\.\/mls$/, 'browser_payloads_clear'],
  'heartbeats are believed': [/^\.\/fork$/, 'browser_heartbeats_believed'],
  'lags are forgotten': [/^\.\/lag$/, 'browser_lags_forgotten'],
  'any certificate will do': [/^\.\/legs$/, 'browser_certificate_believed'],
  'the last fingerprint counts': [/^\.\.\/fingerprint$/, 'browser_fingerprint_last'],
  'only the fingerprint is sealed': [/^\.\/legs$/, 'browser_fingerprint_sealed_apart'],
  'frames are clear': [/^\.\/frame$/, 'browser_frames_clear'],
  'transforms are not looked at': [/^\.\.\/leg\/dress$/, 'browser_transforms_unwatched'],
  'unsealed frames are shown': [/^\.\/unsealed_gate$/, 'browser_unsealed_shown'],
  'counters are always fresh': [/^\.\/replay_window$/, 'browser_window_open'],
  'frames in any order': [/^\.\/frame_order$/, 'browser_order_open'],
  'any stream on any tile': [/^\.\/tile_binding$/, 'browser_tile_unbound'],
  'keys never end': [/^(?:\.\.\/sframe|\.)\/keyring$/, 'browser_keys_never_end'],
  'its keys are told': [/^\.\/key_schedule$/, 'browser_keys_told'],
  'sends plain frames': [/^\.\/frame$/, 'browser_sender_plain'],
  'sends old frames again': [/^\.\/frame$/, 'browser_sender_replays'],
  'sends under keys of other streams': [/^\.\/frame$/, 'browser_sender_misplaces'],
  'sends under its first key for ever': [/^\.\/frame$/, 'browser_sender_keeps_old_key'],
  'heals every few seconds': [/^\.\/healing$/, 'browser_heals_often'],
} as const satisfies Readonly<Record<string, readonly [RegExp, string]>>
export type Weakness = keyof typeof weaknesses

let queue: Promise<unknown> = Promise.resolve()

/** The folder of the built client. One build at a time. */
export function weakenedClient(...names: readonly Weakness[]): Promise<string> {
  const built = queue.then(() => buildOnce(names))
  queue = built.catch(() => undefined)
  return built
}

async function buildOnce(names: readonly Weakness[]): Promise<string> {
  const builds = join(checkout, '.cache', 'weakened')
  const outDir = join(builds, digestOf(names))
  if (existsSync(outDir)) return outDir
  const alias = names.map((name) => {
    const [find, file] = weaknesses[name]
    return { find, replacement: join(here, 'weakened', `${file}.ts`) }
  })
  const unfinished = `${outDir}.${process.pid}`
  const environment = process.env['NODE_ENV']
  // A test runner's environment would choose the libraries' development builds.
  process.env['NODE_ENV'] = 'production'
  try {
    await build({ ...client({ outDir: unfinished, alias }), configFile: false, logLevel: 'error' })
  } finally {
    process.env['NODE_ENV'] = environment
  }
  forgetOldest(builds)
  renameSync(unfinished, outDir)
  return outDir
}

function digestOf(names: readonly Weakness[]): string {
  const hash = createHash('sha256').update(JSON.stringify([...names].sort()))
  for (const folder of ['web/app', 'web/client', 'scripts/vite', 'tests/attacks/weakened'].map((name) => join(checkout, name)))
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort())
      if (/\.(ts|css)$/.test(path)) hash.update(path).update(readFileSync(join(folder, path)))
  hash.update(readFileSync(join(checkout, 'package-lock.json'))).update(readFileSync(fileURLToPath(import.meta.url)))
  return hash.digest('hex').slice(0, 24)
}

/** Sources move on and their builds stay behind. */
function forgetOldest(builds: string): void {
  const folders = existsSync(builds) ? readdirSync(builds) : []
  if (folders.length > BUILDS_MAX)
    for (const folder of folders.filter((name) => name.length === 24)) rmSync(join(builds, folder), { recursive: true })
}
