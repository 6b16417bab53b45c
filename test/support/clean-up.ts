const cleanups: (() => unknown)[] = []

/**
 * Cleans something up when the test file is done; the last thing opened comes first. Vitest ignores an `afterAll` that is
 * registered inside a test, so databases, servers and browsers that tests open themselves are cleaned up here.
 */
export function cleanUpLater(cleanup: () => unknown): void {
  cleanups.push(cleanup)
}

/** @throws AggregateError of what failed, when everything has been tried. */
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
