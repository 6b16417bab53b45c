import { expect, test } from 'vitest'
import { findOrganisation } from '../../src/identity/organisations/find-organisation.ts'
import { importFile } from '../../src/bulk/rows/import-file.ts'
import { csv } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { answerOf, importAnswers, savedCoupon, savedCustomer } from '../support/saved-answers.ts'

const context = await createTestContext()
const app = await createTestServer(context)

async function openMerged() {
  const shop = await openOffice(context, app)
  const agent = await shop.browser('care')
  const manager = await shop.browser('admin')
  const [kept, gone] = [
    await shop.registered({ externalId: 'K' }),
    await shop.registered({ externalId: 'G' }),
  ]
  const organisation = await findOrganisation(context.database.queries, String(shop.orgId))
  return {
    ...shop,
    kept,
    gone,
    merge: () => agent.call('POST', `/admin/v1/customers/${kept}/merge`, { retiredId: gone }),
    exported: async (kind: string) =>
      (await manager.call('GET', `/admin/v1/export/${kind}`)).text.trim().split('\n'),
    file: (kind: 'codes' | 'redemptions' | 'customers', text: string, series?: number) =>
      importFile({
        database: context.database,
        organisation,
        kind,
        source: (async function* source() {
          yield Buffer.from(text)
        })(),
        onRefused: () => {},
        ...(series !== undefined && { series: String(series) }),
      }),
  }
}

test('rows of files that name a merged customer count for the survivor', async () => {
  const shop = await openMerged()
  const { kept, gone } = shop
  const seriesId = await shop.series({
    is_multiple_use_allowed: true,
    is_multiple_per_customer_allowed: true,
  })
  await shop.merge()
  const codes = csv('customerId,externalId,code', `${gone},,FILE-1`, `,G,FILE-2`, `${gone},K,FILE-3`)
  expect(await shop.file('codes', codes, seriesId)).toMatchObject({ fresh: 3, refused: 0 })
  const redemptions = csv('customerId,code,redeemedDate', `${gone},FILE-1,2026-01-02T10:00:00Z`)
  expect(await shop.file('redemptions', redemptions)).toMatchObject({ fresh: 1, refused: 0 })
  const customers = csv('customerId,externalId', `${gone},G`)
  expect(await shop.file('customers', customers)).toMatchObject({ fresh: 0, present: 1, refused: 0 })
  expect((await shop.history(kept)).map(({ code }) => code).length).toBe(3)
  await shop.expectLedgerAdds()
})

test('an import of the history of a merged customer is refused with the survivor, and changes nothing', async () => {
  const shop = await openMerged()
  await shop.merge()
  const { summary, refused } = await importAnswers(context, shop, [
    answerOf(savedCustomer(shop.gone, [savedCoupon(77)])),
  ])
  expect(summary).toMatchObject({ customers: { new: 0, refused: 1 }, coupons: { new: 0, refused: 1 } })
  expect(refused[0]).toContain(
    `customer ${shop.gone} was merged into customer ${shop.kept}, who has the coupons`,
  )
  await shop.expectLedgerAdds()
})

test('exports name both ids, and a file of customers that was exported is taken again', async () => {
  const shop = await openMerged()
  const { code } = await shop.coupon(await shop.series(), shop.gone)
  await shop.redeem(code, shop.gone)
  await shop.merge()
  const [coupons, redemptions, customers] = [
    await shop.exported('coupons'),
    await shop.exported('redemptions'),
    await shop.exported('customers'),
  ]
  for (const [header = '', row = ''] of [coupons, redemptions]) {
    const cells = header.split(',')
    expect(row.split(',')[cells.indexOf('customerId')]).toBe(String(shop.kept))
    expect(row.split(',')[cells.indexOf('originalCustomerId')]).toBe(String(shop.gone))
  }
  expect(customers[0]?.endsWith(',mergedInto')).toBe(true)
  expect(customers.find((row) => row.startsWith(`${shop.gone},`))?.endsWith(`,${shop.kept}`)).toBe(true)
  const again = await shop.file('customers', `${customers.join('\n')}\n`)
  expect(again).toMatchObject({ fresh: 0, refused: 0 })
})
