import { expect, test } from 'vitest'
import { clients, play, usesToken } from '../support/client-replay.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

/** Programs as shops run them, replayed against the server: each decides as it does against the original service. */

const context = await createTestContext({ now: '2025-09-28T09:00:00Z' })
const app = await createTestServer(context)
const { queries } = context.database
const past = new Date('2025-09-01T00:00:00Z')

/** A shop with a coupon of each kind that the programs ask about. */
async function openFor(settings: object) {
  const shop = await openShop(context, app)
  await queries
    .updateTable('access_groups')
    .set({ customer_access: 'write' })
    .where('org_id', '=', shop.orgId)
    .execute()
  await queries
    .updateTable('tills')
    .set({ client_settings: JSON.stringify(settings) })
    .where('id', '=', shop.tillId)
    .execute()
  const terms = {
    description: 'Monsoon ten off',
    discount_code: 'MON10',
    discount_value: '500',
    is_multiple_use_allowed: false,
  }
  const products = JSON.stringify([{ productType: 'CATEGORY', productCodes: ['Footwear'] }])
  const series = await shop.series({ ...terms, products })
  const limited = await shop.series({
    ...terms,
    is_multiple_use_allowed: true,
    max_redemptions_per_customer: 1,
  })
  const asha = await shop.customer({ mobile: '919400488290', externalId: 'C-3301', firstName: 'Asha' })
  const other = await shop.customer({ mobile: '919400488291' })
  await shop.coupon(series, asha, { code: 'GOOD' })
  await shop.coupon(series, asha, { code: 'USED', redemptions: [{ redeemedAt: past }] })
  await shop.coupon(series, asha, { code: 'OVER', validUntil: past })
  await shop.coupon(series, other, { code: 'THEIRS' })
  await shop.coupon(limited, asha, { code: 'CONSUMED', redemptions: [{ redeemedAt: past }] })
  const issued = await shop.series({ ...terms, is_multiple_per_customer_allowed: true })
  return { shop, values: { series: String(issued), till: shop.tillCode } }
}

const tills = clients.filter(([, client]) => !usesToken(client))

test.each(tills)('%s works unchanged', async (_name, client) => {
  const { shop, values } = await openFor(client.settings ?? {})
  await play(app, client, { ...values, authorization: shop.authorization })
  await shop.expectLedgerAdds()
})

test('the replayed programs include every kind that reads version 1.1', () => {
  expect(tills.length).toBeGreaterThanOrEqual(10)
  expect(new Set(tills.map(([, { reader }]) => reader.form))).toEqual(new Set(['json', 'xml']))
})
