import { readdirSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

/** What of a test file needs a database, a process or a browser. */
const surroundings = /support\/(?:harness|process-harness|backup-cases)|console-harness|startEmbedded/

/** The tests of rules and values: they need nothing but Node, and tell within seconds. `npm test` runs them too. */
export default defineConfig({
  test: {
    include: ['src', 'console']
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
      )
      .filter((file) => file.endsWith('.test.ts') && !surroundings.test(readFileSync(file, 'utf8'))),
    isolate: false,
    maxWorkers: 2,
    testTimeout: 90_000,
    reporters: ['default', './test/support/summary-reporter.ts'],
  },
})
