import { expect, test, vi } from 'vitest'
import { csv, openImports } from '../support/file-cases.ts'
import { createTestContext } from '../support/harness.ts'

/** A dry run remembers earlier chunks, so that rows collide with them as they do in the ledger. */
vi.setConfig({ testTimeout: 120_000 })
const context = await createTestContext()
const rows = 3_300
const customers = 120

/** Pseudo-random numbers that are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

test.each([1, 2, 3])('a dry run of codes predicts the import, file %i', async (seed) => {
  const shop = await openImports(context)
  for (let n = 0; n < customers; n++) await shop.customer({ externalId: `E${n}` })
  const pool = { is_multiple_per_customer_allowed: true, client_handling_type: 'DISC_CODE_PIN' } as const
  await shop.series({ ...pool, code: 'pool', max_issued: 1_500 })
  await shop.series({ ...pool, code: 'other' })
  await shop.series({ code: 'once' })
  await shop.series({ code: 'few', is_multiple_per_customer_allowed: true, max_coupons_per_customer: 3 })
  await shop.run('codes', csv('code,seriesCode', ...Array.from({ length: 700 }, (_, n) => `W${n},pool`)))
  const below = numbers(seed)
  const lines = Array.from({ length: rows }, () => {
    const series = ['pool', 'pool', 'other', 'once', 'few'][below(5)] ?? ''
    const isPooled = series === 'pool' || series === 'other'
    const code = below(3) === 0 ? '' : `${below(4) === 0 ? 'W' : 'F'}${below(1_600)}`
    const customer = isPooled && code !== '' && below(2) === 0 ? '' : `E${below(customers + 1)}`
    return `${code},${customer},${series}`
  })
  const file = csv('code,externalId,seriesCode', ...lines)
  const before = [await shop.count('coupons'), await shop.count('events')]
  const dry = await shop.run('codes', file, { isDryRun: true })
  expect([await shop.count('coupons'), await shop.count('events')]).toEqual(before)
  const real = await shop.run('codes', file)
  expect(dry.lines).toEqual(real.lines)
  expect(dry).toMatchObject({
    fresh: real.fresh,
    present: real.present,
    repeated: real.repeated,
    refused: real.refused,
    proof: null,
  })
  expect(Math.min(real.fresh, real.present + real.repeated, real.refused)).toBeGreaterThan(50)
  expect(real.proof).toMatchObject({ missing: 0 })
  await shop.expectLedger()
})

test('a dry run of customers predicts the import', async () => {
  const shop = await openImports(context)
  await shop.customer({ externalId: 'E5', firstName: 'Asha' })
  const below = numbers(7)
  const lines = Array.from({ length: rows }, () => {
    const n = below(2_000)
    const other = below(20) === 0 ? below(2_000) : n
    return `E${n},p${other}@example.com,${below(30) === 0 ? 'Ravi' : ''}`
  })
  const file = csv('externalId,email,firstName', ...lines)
  const dry = await shop.run('customers', file, { isDryRun: true })
  expect(await shop.count('customers')).toBe(1)
  const real = await shop.run('customers', file)
  const [dryLines, realLines] = [dry, real].map((one) => one.lines.map(({ line }) => line))
  expect(dryLines).toEqual(realLines)
  expect(dry).toMatchObject({
    fresh: real.fresh,
    present: real.present,
    repeated: real.repeated,
    refused: real.refused,
  })
  expect(Math.min(real.fresh, real.present + real.repeated, real.refused)).toBeGreaterThan(50)
})

test('a dry run of redemptions predicts the import', async () => {
  const shop = await openImports(context)
  for (let n = 0; n < customers; n++) await shop.customer({ externalId: `E${n}` })
  await shop.series({
    code: 'many',
    is_multiple_per_customer_allowed: true,
    is_multiple_use_allowed: true,
    max_redemptions_per_coupon: 3,
    max_redeemed: 1_200,
  })
  const codes = Array.from({ length: 900 }, (_, n) => `C${n},E${n % customers},2026-01-01`)
  await shop.run('codes', csv('code,externalId,createdDate', ...codes), { series: 'many' })
  const below = numbers(11)
  const lines = Array.from({ length: rows }, () => {
    const n = below(901)
    return `C${n},E${n % customers},2026-02-${String(1 + below(20)).padStart(2, '0')},bill-${below(3)}`
  })
  const file = csv('code,externalId,redeemedDate,billNumber', ...lines)
  const dry = await shop.run('redemptions', file, { isDryRun: true })
  expect(await shop.count('redemptions')).toBe(0)
  const real = await shop.run('redemptions', file)
  expect(dry.lines).toEqual(real.lines)
  expect(dry).toMatchObject({
    fresh: real.fresh,
    present: real.present,
    repeated: real.repeated,
    refused: real.refused,
  })
  expect(Math.min(real.fresh, real.present + real.repeated, real.refused)).toBeGreaterThan(20)
})
