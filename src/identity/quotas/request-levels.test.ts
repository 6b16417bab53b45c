import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sunk } from '../../values/level-rules.ts'
import { rateLimitHeaders } from '../../values/rate-rules.ts'
import { quotaFacts, RequestLevels } from './request-levels.ts'

describe('a quota', () => {
  test('admits its size and what has been replenished, and no more, however requests are spread', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 300 }),
        (quota, pauses) => {
          const levels = new RequestLevels()
          let nowMs = 0
          let through = 0
          for (const pause of pauses) {
            nowMs += pause
            const { waitMs, left } = levels.take('a', quota, nowMs)
            if (waitMs === 0) through++
            expect(left).toBeGreaterThanOrEqual(0)
            expect(through).toBeLessThanOrEqual(Math.floor(quota + (quota * nowMs) / 60_000 + 1e-6))
          }
        },
      ),
    )
  })

  test('states the wait, after which, and not before, the next request is admitted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (quota) => {
        const levels = new RequestLevels()
        for (let n = 0; n < quota; n++) expect(levels.take('a', quota, 0).waitMs).toBe(0)
        const { waitMs } = levels.take('a', quota, 0)
        expect(levels.take('a', quota, waitMs * 0.99).waitMs).toBeGreaterThan(0)
        expect(levels.take('a', quota, waitMs + 0.001).waitMs).toBe(0)
      }),
    )
  })

  test('is separate for each caller, and is dropped when it is full again', () => {
    const levels = new RequestLevels()
    expect(levels.take('a', 1, 0).waitMs).toBe(0)
    expect(levels.take('b', 1, 0).waitMs).toBe(0)
    levels.takeUntold()
    levels.prune(59_000)
    expect(levels.size).toBe(2)
    levels.prune(60_001)
    expect(levels.size).toBe(0)
  })

  test('is shared once an eighth of it is used, and again if sharing failed', () => {
    const levels = new RequestLevels()
    for (let n = 0; n < 9; n++) levels.take('a', 80, 0)
    expect(levels.takeUntold()).toEqual([])
    levels.take('a', 80, 0)
    const told = levels.takeUntold()
    expect(told).toEqual([{ key: 'a', perSecond: 80 / 60, used: 10 }])
    expect(levels.takeUntold()).toEqual([])
    levels.giveBack(told)
    expect(levels.takeUntold()).toEqual(told)
    // The total usage, plus what this process has counted meanwhile.
    levels.take('a', 80, 0)
    levels.learn('a', 60, 0)
    expect(levels.take('a', 80, 0).left).toBe(18)
  })

  /** Processes that merge their counts every second; a caller sends requests to them in turn, as fast as it can. */
  test.each([2, 3, 8])('of %d processes together is exceeded by no more than documented', (processes) => {
    const quota = 600
    const servers = Array.from({ length: processes }, () => new RequestLevels())
    let [level, atMs, through] = [0, 0, 0]
    const seconds = 120
    const aSecond = 400
    for (let ms = 0; ms < seconds * 1_000; ms += 1_000 / aSecond) {
      if (servers[Math.floor(ms) % processes]?.take('a', quota, ms).waitMs === 0) through++
      if (ms % 1_000 !== 0) continue
      for (const server of servers) {
        for (const { used, perSecond } of server.takeUntold()) {
          level = sunk(level, ms - atMs, perSecond) + used
          atMs = ms
          server.learn('a', level, ms)
        }
      }
    }
    const comesBack = (quota / 60) * seconds
    // The eighth that each process may leave unshared, and the requests of the second until all processes have the
    // total.
    expect(through).toBeLessThanOrEqual(comesBack + quota + (processes * quota) / 8 + aSecond)
    expect(through).toBeGreaterThan(comesBack)
  })
})

test('the header fields are lists of one item, as in the draft', () => {
  const facts = quotaFacts('reads', 100, { waitMs: 0, left: 99, resetS: 1 })
  expect(rateLimitHeaders(facts)).toEqual({
    'ratelimit-policy': '"reads";q=100;w=60',
    ratelimit: '"reads";r=99;t=1',
  })
})
