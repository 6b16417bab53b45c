/**
 * Waits for work for a limited time. Work that takes longer continues, because it cannot be stopped.
 *
 * @param onTimeout returns the result used instead of that of the work, or throws.
 */
export async function withTimeLimit<Result>(
  limitMs: number,
  work: Promise<Result>,
  onTimeout: () => Result,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const timedOut = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs)
  }).then(onTimeout)
  try {
    return await Promise.race([work, timedOut])
  } finally {
    clearTimeout(timer)
  }
}
