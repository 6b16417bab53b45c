import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'console/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/clean-up-after-files.ts'],
    // More than the cores of a small machine: tests that start processes wait most of their time.
    maxWorkers: 4,
    // Every file has a database and a server of its own, and what modules remember is the same for all: loading them anew for
    // each file would take as long as the tests.
    isolate: false,
    // Generous: a machine that is busy makes everything slow, and a test that hangs is noticed all the same.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/support/summary-reporter.ts'],
  },
})
