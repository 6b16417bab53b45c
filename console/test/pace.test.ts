import { expect, test, vi } from 'vitest'
import { pace } from '../src/api/pace.ts'

test('what takes long is read again less often, and what is quick at its interval', async () => {
  vi.useFakeTimers()
  try {
    const { timed, refetchInterval } = pace(5_000)
    expect(refetchInterval()).toBe(5_000)
    const read = timed(
      (ms: number) =>
        new Promise<string>((resolve) => {
          setTimeout(() => resolve('read'), ms)
        }),
    )
    const take = async (ms: number): Promise<string> => {
      const answer = read(ms)
      await vi.advanceTimersByTimeAsync(ms)
      return answer
    }
    expect(await take(1_000)).toBe('read')
    expect(refetchInterval()).toBe(30_000)
    await take(20)
    expect(refetchInterval()).toBe(5_000)
  } finally {
    vi.useRealTimers()
  }
})
