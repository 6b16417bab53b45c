import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  afterFailure,
  countedBy,
  forgottenAfterMs,
  paces,
  waitMs,
  type Bucket,
  type BucketKind,
} from './sign-in-rules.ts'

const kinds = Object.keys(paces) as BucketKind[]
const start = Date.UTC(2026, 4, 1)

/** The bucket after a number of failures, each made as soon as the wait before it is over. */
function failed(kind: BucketKind, times: number): { bucket: Bucket; nowMs: number } {
  let nowMs = start
  let bucket: Bucket | undefined
  for (let n = 0; n < times; n++) {
    nowMs += bucket ? waitMs(bucket, nowMs) : 0
    bucket = afterFailure(kind, bucket, nowMs)
  }
  return { bucket: bucket as Bucket, nowMs }
}

describe.each(kinds)('failed attempts, counted by %s', (kind) => {
  const { free, longestMs } = paces[kind]

  test('cause no wait until the free ones are used up', () => {
    const { bucket, nowMs } = failed(kind, free - 1)
    expect(waitMs(bucket, nowMs)).toBe(0)
    const next = failed(kind, free)
    expect(waitMs(next.bucket, next.nowMs)).toBe(1_000)
  })

  test('then double the wait, up to the longest one', () => {
    fc.assert(
      fc.property(fc.integer({ min: free, max: free + 200 }), (times) => {
        const { bucket, nowMs } = failed(kind, times)
        expect(waitMs(bucket, nowMs)).toBe(Math.min(longestMs, 1_000 * 2 ** (times - free)))
      }),
    )
  })

  test('expire a day after the last one', () => {
    const { bucket, nowMs } = failed(kind, free + 3)
    expect(afterFailure(kind, bucket, nowMs + forgottenAfterMs)).toEqual({
      failures: 1,
      lastFailedAtMs: nowMs + forgottenAfterMs,
      blockedUntilMs: null,
    })
    expect(afterFailure(kind, bucket, nowMs + forgottenAfterMs - 1).failures).toBe(free + 4)
  })
})

test('a login under attack waits a minute at most, from anywhere and where its holder has signed in before', () => {
  expect(paces.login.longestMs).toBeLessThanOrEqual(60_000)
  expect(countedBy(true).every((kind) => paces[kind].longestMs <= 60_000)).toBe(true)
})

test('a login known at an address is not affected by attempts at other logins', () => {
  expect(countedBy(true)).toEqual(['loginWhereKnown'])
  expect(countedBy(false)).toEqual(['loginAndAddress', 'address', 'login'])
})
