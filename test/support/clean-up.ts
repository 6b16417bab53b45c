const cleanups: (() => unknown)[] = []

/**
 * Cleans something up at the end of the test file, in reverse order of opening. Vitest ignores an `afterAll` that is
 * registered inside a test, so databases, servers and browsers that tests open themselves are cleaned up here.
 */
export function cleanUpLater(cleanup: () => unknown): void {
  cleanups.push(cleanup)
}

/** @throws AggregateError with all failures, after everything has been tried. */
export async function cleanUp(): Promise<void> {
  const failures: unknown[] = []
  for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) {
    try {
      await cleanup()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'something could not be cleaned up')
}
