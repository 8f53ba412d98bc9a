/**
 * How the browser client is built. The product is `client()`, without arguments. Tests build a weakened client from the same
 * description by naming the one module they replace, and so prove that an attack succeeds without the defence in that module.
 */
import { join } from 'node:path'
import type { AliasOptions, Rolldown, UserConfig } from 'vite'
import { integrity } from './integrity.ts'
import { licences } from './licences.ts'

const checkout = join(import.meta.dirname, '..', '..')
const root = join(checkout, 'web')

export interface Variant {
  readonly outDir: string
  readonly alias: AliasOptions
}

export function client(variant?: Variant): UserConfig {
  const outDir = variant?.outDir ?? join(root, 'dist')
  const others = licences()
  return {
    root,
    base: '/',
    publicDir: false,
    cacheDir: join(checkout, '.cache', 'vite'),
    resolve: { alias: variant?.alias ?? [] },
    // The list of digests comes last: it names what the others wrote.
    plugins: [others.collect(), others.write(outDir), integrity(outDir)],
    worker: { format: 'es', plugins: () => [others.collect()] },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // A data: address would need a hole in the page's policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
      reportCompressedSize: false,
      rolldownOptions: {
        onLog: quiet,
        input: ['home', 'call', 'security'].map((page) => join(root, `${page}.html`)),
      },
    },
  }
}

/** An HPKE package asks for Node's crypto where there is no WebCrypto; browsers have it, and Vite's note about that is no news. */
function quiet(level: Rolldown.LogLevel, log: Rolldown.RolldownLog, handler: Rolldown.LogOrStringHandler): void {
  if (!/Module "crypto" has been externalized/.test(log.message)) handler(level, log)
}
