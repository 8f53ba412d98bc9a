/** Builds the gallery apart from the product, with the product's own rules about where scripts and styles may come from. */
import { join } from 'node:path'
import { defineConfig } from 'vite'

const checkout = join(import.meta.dirname, '..', '..')

export default defineConfig({
  root: checkout,
  cacheDir: join(checkout, '.cache', 'vite'),
  publicDir: false,
  build: {
    outDir: join(checkout, '.cache', 'gallery', 'site'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { input: [join(checkout, 'tests', 'gallery', 'index.html'), join(checkout, 'web', 'security.html')] },
  },
})
