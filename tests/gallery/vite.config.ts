/** Builds the gallery apart from the product, with the product's own rules about where scripts and styles may come from. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  root: here,
  publicDir: fileURLToPath(new URL('../../web/public', import.meta.url)),
  build: { outDir: `${here}out/site`, emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
})
