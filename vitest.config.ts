import { defineConfig } from 'vitest/config'

export default defineConfig({
  cacheDir: '.cache/vite',
  test: {
    include: ['web/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['node_modules/**', 'web/dist/**'],
    environment: 'node',
    allowOnly: false,
    passWithNoTests: false,
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: 30_000,
    benchmark: { include: ['web/**/*.bench.ts', 'benches/**/*.bench.ts'] },
  },
})
