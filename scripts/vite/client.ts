/**
 * How the browser client is built. The product is `client()`, without arguments. Tests build a weakened client from the same
 * description by naming the one module they replace, and so prove that an attack succeeds without the defence in that module.
 */
import { join } from 'node:path'
import type { AliasOptions, UserConfig } from 'vite'
import { integrity } from './integrity'

const checkout = join(import.meta.dirname, '..', '..')
const root = join(checkout, 'web')

export interface Variant {
  readonly outDir: string
  readonly alias: AliasOptions
}

export function client(variant?: Variant): UserConfig {
  const outDir = variant?.outDir ?? join(root, 'dist')
  return {
    root,
    base: '/',
    publicDir: false,
    cacheDir: join(checkout, '.cache', 'vite'),
    resolve: { alias: variant?.alias ?? [] },
    plugins: [integrity(outDir)],
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // A data: address would need a hole in the page's policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
      license: { fileName: 'licences.md' },
      reportCompressedSize: false,
      rolldownOptions: {
        input: ['home', 'call', 'security'].map((page) => join(root, `${page}.html`)),
      },
    },
  }
}
