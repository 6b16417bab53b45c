import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Waiting } from './overload.ts'

const maxWaitMs = 250

/**
 * Simulates a server that answers a given number of requests per millisecond, one after the other, and receives a given
 * number; refused callers do not return.
 *
 * @returns the time and the wait of each answer, and the number of refusals.
 */
function simulate(perMs: number, offeredPerMs: number, forMs: number) {
  const waiting = new Waiting(maxWaitMs)
  const queue: number[] = []
  const waits: { atMs: number; waitMs: number }[] = []
  let [due, offered, refused] = [0, 0, 0]
  for (let nowMs = 1; nowMs <= forMs; nowMs++) {
    for (offered += offeredPerMs; offered >= 1; offered--) {
      if (waiting.isOverloaded(nowMs)) refused += 1
      else {
        waiting.begin()
        queue.push(nowMs)
      }
    }
    due = queue.length === 0 ? 0 : due + perMs
    for (; due >= 1 && queue.length > 0; due--) {
      waits.push({ atMs: nowMs, waitMs: nowMs - (queue.shift() ?? 0) })
      waiting.end(nowMs, true)
    }
  }
  return { waits, refused, waiting }
}

const slowest = (waits: readonly { waitMs: number }[]) => Math.max(...waits.map(({ waitMs }) => waitMs))

describe('pending requests', () => {
  test('are never too many while they are few, however long they take', () => {
    const waiting = new Waiting(maxWaitMs)
    for (let n = 0; n < 31; n++) waiting.begin()
    expect(waiting.isOverloaded(10_000)).toBe(false)
  })

  test('are too many if nothing is answered', () => {
    const waiting = new Waiting(maxWaitMs)
    for (let n = 0; n < 40; n++) waiting.begin()
    for (let nowMs = 0; nowMs <= 2_000; nowMs += 20) waiting.isOverloaded(nowMs)
    expect(waiting.isOverloaded(2_001)).toBe(true)
  })

  test('do not count as answered if their callers have disconnected', () => {
    const inTheEnd = (isAnswered: boolean): boolean => {
      const waiting = new Waiting(maxWaitMs)
      for (let n = 0; n < 100; n++) waiting.begin()
      for (let nowMs = 1; nowMs <= 2_000; nowMs++) {
        waiting.end(nowMs, isAnswered)
        waiting.begin()
      }
      return waiting.isOverloaded(2_001)
    }
    expect([inTheEnd(true), inTheEnd(false)]).toEqual([false, true])
  })

  test('are as many as can be answered in time, whatever the capacity and the load', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 10, noNaN: true }),
        fc.double({ min: 1.5, max: 10, noNaN: true }),
        (perMs, times) => {
          const { waits } = simulate(perMs, perMs * times, 6_000)
          const settled = waits.filter(({ atMs }) => atMs > 4_000)
          // The server works at full capacity, without needless waits.
          expect(slowest(settled)).toBeLessThanOrEqual(2 * maxWaitMs)
          expect(settled.length).toBeGreaterThan(0.9 * 2_000 * perMs)
        },
      ),
      { numRuns: 30 },
    )
  })

  test('are not too many if fewer arrive than can be answered', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 10, noNaN: true }), (perMs) => {
        expect(simulate(perMs, 0.9 * perMs, 4_000).refused).toBe(0)
      }),
      { numRuns: 20 },
    )
  })

  test('are never too many of 500 that arrive at once at an idle server, whatever its capacity and however often they come', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 10, noNaN: true }),
        fc.integer({ min: 1, max: 2_000 }),
        (perMs, pauseMs) => {
          const waiting = new Waiting(maxWaitMs)
          let nowMs = 0
          for (let crowd = 0; crowd < 4; crowd++, nowMs += pauseMs) {
            for (let n = 0; n < 500; n++) {
              expect(waiting.isOverloaded(nowMs)).toBe(false)
              waiting.begin()
            }
            for (let n = 1; n <= 500; n++) waiting.end(nowMs + n / perMs, true)
            nowMs += 500 / perMs
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  test('are limited to what is answered in time once a crowd does not end', () => {
    const { waits } = simulate(2, 6, 6_000)
    expect(slowest(waits)).toBeLessThanOrEqual(512 / 2 + maxWaitMs)
    expect(slowest(waits.filter(({ atMs }) => atMs > 2_500))).toBeLessThanOrEqual(maxWaitMs)
  })

  test('may be many again soon after a period without answers', () => {
    const { waiting } = simulate(0.001, 1, 3_000)
    for (let { size } = waiting; size > 0; size--) waiting.end(3_001, true)
    for (let nowMs = 3_100; nowMs <= 4_500; nowMs += 100) waiting.isOverloaded(nowMs)
    for (let n = 0; n < 400; n++) {
      expect(waiting.isOverloaded(4_500)).toBe(false)
      waiting.begin()
    }
  })
})
