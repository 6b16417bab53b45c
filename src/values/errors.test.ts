import { expect, test } from 'vitest'
import { badParameter, catalogue, quote, Refusal } from './errors.ts'

test('every code of the catalogue has an HTTP status and one line of text', () => {
  for (const [code, { httpStatus, message }] of Object.entries(catalogue)) {
    expect(httpStatus, code).toBeGreaterThanOrEqual(200)
    expect(httpStatus, code).toBeLessThan(600)
    // The contract prints 682 with a trailing space.
    expect(message, code).toMatch(/^\S[^\n]*\S ?$/)
  }
  const isHttp = (code: string) => Number(code) >= 400 && Number(code) <= 503
  const statuses = Object.entries(catalogue).filter(([code]) => isHttp(code))
  for (const [code, { httpStatus }] of statuses) expect(httpStatus).toBe(Number(code))
})

test('a refusal has the status and text of its code, unless a more specific text is given', () => {
  expect(new Refusal(8015)).toMatchObject({
    code: 8015,
    httpStatus: 404,
    message: 'Customer not found for the given identifiers',
  })
  expect(new Refusal(503, 'later', { retryAfterS: 3 })).toMatchObject({ message: 'later', retryAfterS: 3 })
})

test('a value is quoted completely up to 64 characters and truncated after them', () => {
  expect(quote('x'.repeat(64))).toBe(`"${'x'.repeat(64)}"`)
  expect(quote('x'.repeat(65))).toBe(`"${'x'.repeat(64)}…"`)
  expect(badParameter('limit', 'x', 'a number')).toMatchObject({
    code: 400,
    message: 'Invalid value "x" for limit: a number',
  })
})

test('a truncated value is still text: no character is split', () => {
  expect(quote(`${'x'.repeat(63)}😀 and more`)).toBe(`"${'x'.repeat(63)}😀…"`)
  expect(quote('😀'.repeat(64))).toBe(`"${'😀'.repeat(64)}"`)
  expect(quote('😀'.repeat(65))).toBe(`"${'😀'.repeat(64)}…"`)
})
