import { workOnOpenUploads } from '../../src/bulk/uploads/work-on-open-uploads.ts'
import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { changes, type Audited } from './audit-cases.ts'
import { operationsOf } from './operations.ts'
import { base } from './upload-cases.ts'

/**
 * The address of every operation that reads, with ids and names of things that it creates in a sandbox. The caller's own
 * session and the metrics are left out.
 */
export async function readsOf(context: Context, app: App, given: Audited) {
  const { call, customerId, seriesId, poolSeriesId } = given
  const idOf = async (id: string) => (await changes[id]?.make(given, app))?.at('id')
  const clients = await idOf('createClient')
  const batches = await idOf('createCodes')
  await call('POST', `/admin/v1/code-batches/${String(batches)}/cancel`)
  const redeemed = await changes['redeemCoupon']?.make(given, app)
  const held = await changes['holdCoupons']?.make(given, app)
  const requestId = String(redeemed?.headers['x-request-id'])
  const sold = { codes: [(await given.coupon(seriesId, customerId)).code], customer: { id: customerId } }
  await call('POST', '/till/v1/redemptions', {
    ...sold,
    bill: { amount: '100.00', transactionNumber: 'BILL-1' },
  })
  const { code } = await given.coupon(seriesId, customerId)
  const eventId = (await changes['testWebhook']?.make(given, app))?.at('eventId')
  const webhooks = (await call('GET', '/admin/v1/webhooks')).at('webhooks.0.id')
  await changes['uploadCoupons']?.make(given, app)
  while (await workOnOpenUploads(context));
  const status = await call('GET', `${base}/getUploadStatus/${poolSeriesId}`)
  const [, file] = /files\/((?:success|error)_\d+_\d+\.csv)/.exec(status.text) ?? []
  const { userId } = given.admin
  const sessions = (await call('GET', `/admin/v1/users/${userId}/sessions`)).at('sessions.0.id')

  /** The value that follows a name in a path. */
  const ids: Readonly<Record<string, unknown>> = {
    users: userId,
    customers: customerId,
    series: seriesId,
    'code-batches': batches,
    clients,
    sessions,
    webhooks,
    messages: eventId,
    coupons: code,
    redemptions: redeemed?.at('redemption.0.redemptionId'),
    holds: held?.at('id'),
    till: given.tillId,
    tills: given.tillId,
    getUploadStatus: poolSeriesId,
    getUploadRedeemedCouponStatus: poolSeriesId,
    files: file,
    export: 'customers',
  }
  const named = `id=${customerId}`
  const byCode = `code=${code}&mobile=${given.mobile}&format=json`
  const queries: Readonly<Record<string, string>> = {
    getCustomer: 'source=INSTORE',
    getCustomerCoupons: `${named}&include=customer`,
    findCoupons: `issuedToIds=${customerId}&includeIssualDetails=true&showCouponSeries=true`,
    isRedeemable: `${named}&code=${code}`,
    lookUpCustomer: `source=INSTORE&identifierName=mobile&identifierValue=${given.mobile}`,
    lookUpCustomerDetails: `source=INSTORE&identifierName=mobile&identifierValue=${given.mobile}`,
    searchCustomers: 'q=Asha',
    search: 'q=Asha',
    findBill: 'number=BILL-1',
    previewMerge: `retiredId=${await given.registered()}`,
    findHold: `reference=${encodeURIComponent(String(held?.at('reference')))}`,
    listSeries: `ids=${seriesId}`,
    listLocations: 'type=STORE',
    getDaysOfSeries: `ids=${seriesId}`,
    getEventLogOfRequest: `requestId=${requestId}`,
    getEventLogOfRequestLower: `requestId=${requestId}`,
    getEventLogOfReference: `refId=${code}`,
    getEventLogOfReferenceLower: `refId=${code}`,
    ...Object.fromEntries(
      ['V11', 'V1'].flatMap((suffix) => [
        [`getCustomers${suffix}`, `${named}&format=json`],
        [`getCustomerCoupons${suffix}`, `${named}&format=json`],
        [`getCustomerRedemptions${suffix}`, `${named}&format=json`],
        [`searchCustomers${suffix}`, `q=(mobile:equals:${given.mobile})`],
        [`getCoupons${suffix}`, byCode],
        [`isRedeemable${suffix}`, byCode],
        [`resendCoupons${suffix}`, byCode],
        [`getSeries${suffix}`, `id=${seriesId}&format=json`],
        [`getStore${suffix}`, `id=${given.storeId}`],
        [`listEntities${suffix}`, 'type=STORE'],
      ]),
    ),
  }
  const fill = (path: string): string =>
    path.replaceAll(/([\w-]+)\/\{\w+\}/g, (_, name: string) => {
      if (ids[name] === undefined) throw new Error(`${path}: there is no id of ${name}`)
      return `${name}/${ids[name] as string}`
    })
  return operationsOf(app)
    .filter(({ id, method }) => method === 'GET' && id !== 'getSession' && id !== 'getMetrics')
    .map(({ id, path }) => ({ id, url: `${fill(path)}?${queries[id] ?? ''}` }))
}
