import { defineConfig } from 'vitest/config'

// Real browsers, a real server, a real relay: one file at a time, since two cores carry all of them.
export default defineConfig({
  cacheDir: '.cache/vite',
  test: {
    include: ['tests/**/*.e2e.ts'],
    environment: 'node',
    allowOnly: false,
    passWithNoTests: false,
    fileParallelism: false,
    pool: 'forks',
    retry: 0,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
})
