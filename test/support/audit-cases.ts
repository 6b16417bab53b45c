import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { anyMobile, bodyOf } from './customer-cases.ts'
import { openOffice, personPassword, signIn, type Browser } from './people-cases.ts'
import { least } from './series-cases.ts'
import { fieldParts, filePart, multipart } from './upload-cases.ts'
import type { Reply, ShopOptions } from './write-cases.ts'

/** A call by a person for each operation that changes something. */

export async function openAudited(context: Context, app: App, options: ShopOptions = {}) {
  const office = await openOffice(context, app, options)
  const admin = await office.browser('admin')
  const { call } = admin
  const mobile = anyMobile()
  const customerId = await office.registered({ mobile, firstName: 'Asha', lastName: 'Nair' })
  const seriesId = await office.series()
  const poolSeriesId = await office.series({ client_handling_type: 'DISC_CODE_PIN', is_any_user: true })
  return { ...office, admin, call, mobile, customerId, seriesId, poolSeriesId }
}

export type Audited = Awaited<ReturnType<typeof openAudited>>

interface Change {
  /** Creates the preconditions as another caller, and then sends the call. */
  readonly make: (given: Audited, app: App) => Promise<Reply>
  /** The actions recorded for the call, each once. */
  readonly actions: readonly string[]
  /** The kind of organisation that the call requires. */
  readonly options?: ShopOptions
  /** The person who makes the call; default: the administrator. */
  readonly actor?: (reply: Reply) => number
}

const upload =
  (path: string, csv: string, fields: Record<string, string>): Change['make'] =>
  ({ call, poolSeriesId }) => {
    const { type, payload } = multipart([...fieldParts(fields), filePart(csv)])
    return call('POST', `${path}/${poolSeriesId}`, payload, { 'content-type': type })
  }
const codesCsv = 'code\nAAA111\n'
const codesFields = { customerIdentifier: 'NOT_TAGGED' }
const redemptionsCsv = 'user,code,date\n1,AAA111,1601835836973\n'
const redemptionsFields = {
  customerIdentifier: 'USER_ID',
  couponIdentifier: 'COUPON_CODE',
  uploadHeaders: JSON.stringify({ userId: 0, couponCode: 1, redeemedDateInMillis: 2 }),
}

const redeemBody = (code: string, id: number) => ({
  redemptionRequestList: [{ code }],
  user: { id },
  billAmount: 100,
})

async function redeemed({ call, coupon, seriesId, customerId }: Audited): Promise<Reply> {
  const { code } = await coupon(seriesId, customerId)
  return call('POST', '/v2/coupon/redeem', redeemBody(code, customerId))
}

async function client({ call, tillCode }: Audited): Promise<unknown> {
  return (await call('POST', '/admin/v1/clients', { name: 'another', till: tillCode })).at('id')
}

async function batch({ call, poolSeriesId }: Audited): Promise<unknown> {
  return (await call('POST', `/admin/v1/series/${poolSeriesId}/codes`, { count: 5 })).at('id')
}

const colleague = ({ browser }: Audited): Promise<Browser> => browser('care')

const v11 =
  (path: string, coupon: (given: Audited) => Promise<object>): Change['make'] =>
  async (given) =>
    given.call('POST', `${path}?format=json`, { root: { coupon: [await coupon(given)] } })
const issued11 = async ({ seriesId, customerId }: Audited) => ({
  series_id: String(seriesId),
  customer: { id: customerId },
})
const redeemed11 = async ({ coupon, seriesId, customerId }: Audited) => ({
  code: (await coupon(seriesId, customerId)).code,
  customer: { id: customerId },
  transaction: [{ number: '', amount: '5000' }],
})

/** The calls of version 1.1 that write customers, in one of their two spellings. */
const customerCalls = (suffix: string, prefix: string): Readonly<Record<string, Change>> => ({
  [`addCustomers${suffix}`]: {
    make: ({ call }) =>
      call('POST', `${prefix}/add`, { root: { customer: { mobile: anyMobile(), firstname: 'Hidden' } } }),
    actions: ['customer.created', 'customer.identifier.created'],
  },
  [`updateCustomers${suffix}`]: {
    make: ({ call, customerId }) =>
      call('POST', `${prefix}/update`, { root: { customer: { id: customerId, lastname: 'Hidden' } } }),
    actions: ['customer.changed'],
  },
  [`updateIdentities${suffix}`]: {
    make: async ({ call, registered }) => {
      const mobile = anyMobile()
      await registered({ mobile })
      const change = { identifier: 'mobile', old_value: mobile, new_value: anyMobile() }
      return call('POST', `${prefix}/update_identity`, { root: { customer: change } })
    },
    actions: ['customer.identifier.created', 'customer.identifier.deleted'],
  },
})

async function held({ call, coupon, seriesId, customerId }: Audited): Promise<Reply> {
  const { code } = await coupon(seriesId, customerId)
  const reference = `cart ${code}`
  const customer = { id: customerId }
  return call('POST', '/till/v1/holds', { reference, codes: [code], customer, bill: { amount: 100 } })
}
const ofHeld =
  (send: (given: Audited, path: string) => Promise<Reply>): Change['make'] =>
  async (given) =>
    send(given, `/till/v1/holds/${String((await held(given)).at('id'))}`)

const hook = { name: 'shop', url: 'https://hooks.example.com/x', eventNames: ['CouponRedeem'] }
const withWebhook =
  (rest: string, send: (given: Audited, path: string) => Promise<Reply>): Change['make'] =>
  async (given) => {
    const id = (await given.call('POST', '/admin/v1/webhooks', hook)).at('id')
    return send(given, `/admin/v1/webhooks/${String(id)}${rest}`)
  }
const postTo = ({ call }: Audited, path: string): Promise<Reply> => call('POST', path)

const halted =
  (how: 'stop' | 'pause' | 'resume'): Change['make'] =>
  ({ call, seriesId }) =>
    call('POST', `/admin/v1/series/${seriesId}/${how}`, undefined, { 'x-counterfoil-reason': 'wrong' })

export const changes: Readonly<Record<string, Change>> = {
  issueCoupon: {
    make: ({ call, seriesId, customerId }) =>
      call('POST', '/v2/coupon/issue', { seriesId, customer: { id: customerId } }),
    actions: ['coupon.issued'],
  },
  issueCoupons: {
    make: ({ call, seriesId, customerId }) =>
      call('POST', '/v2/coupon/bulk/issue', { seriesIds: [seriesId], customer: { id: customerId } }),
    actions: ['coupon.issued'],
  },
  issueMultipleCoupons: {
    make: async ({ call, series, customerId }) =>
      call('POST', '/v2/coupon/issue/multiple', {
        seriesId: await series({ is_multiple_per_customer_allowed: true }),
        count: 2,
        customer: { id: customerId },
      }),
    actions: ['coupon.issued'],
  },
  redeemCoupon: { make: redeemed, actions: ['coupon.redeemed'] },
  redeemCoupons: {
    make: async ({ call, coupon, seriesId, customerId }) => {
      const { code } = await coupon(seriesId, customerId)
      return call('POST', '/v2/coupon/bulk/redeem', redeemBody(code, customerId))
    },
    actions: ['coupon.redeemed'],
  },
  redeemOnBill: {
    make: async ({ call, coupon, seriesId, customerId }) => {
      const { code } = await coupon(seriesId, customerId)
      const customer = { id: customerId }
      return call('POST', '/till/v1/redemptions', { codes: [code], customer, bill: { amount: '100.00' } })
    },
    actions: ['coupon.redeemed'],
  },
  holdCoupons: { make: held, actions: ['hold.created'] },
  extendHold: {
    make: ofHeld(({ call }, path) => call('PATCH', path, { ttlSeconds: 60 })),
    actions: ['hold.changed'],
  },
  releaseHold: { make: ofHeld(({ call }, path) => call('DELETE', path)), actions: ['hold.changed'] },
  returnRedemption: {
    make: async (given) => {
      const id = (await redeemed(given)).at('redemption.0.redemptionId')
      return given.call('POST', `/till/v1/redemptions/${String(id)}/returns`, { reason: 'Too small' })
    },
    actions: ['coupon.returned', 'coupon.reversed'],
  },
  returnBill: {
    make: async ({ call, coupon, seriesId, customerId }) => {
      const { code } = await coupon(seriesId, customerId)
      const bill = { amount: '100.00', transactionNumber: `bill ${code}` }
      await call('POST', '/till/v1/redemptions', { codes: [code], customer: { id: customerId }, bill })
      return call('POST', '/till/v1/returns', { transactionNumber: bill.transactionNumber })
    },
    actions: ['coupon.returned', 'coupon.reversed'],
  },
  releaseHoldOfCheckout: {
    make: ofHeld(({ call }, path) =>
      call('POST', `${path.replace('/till/', '/admin/')}/release`, {}, { 'x-counterfoil-reason': 'crashed' }),
    ),
    actions: ['hold.changed'],
  },
  updateRedemptions: {
    make: async (given) => {
      const redemptionId = (await redeemed(given)).at('redemption.0.redemptionId')
      return given.call('PUT', '/v2/coupon/redeem', {
        redemptions: [{ redemptionId: Number(redemptionId), billId: 7 }],
      })
    },
    actions: ['redemption.changed'],
  },
  reverseRedemptions: {
    make: async (given) => {
      const id = (await redeemed(given)).at('redemption.0.redemptionId')
      return given.call('POST', '/v2/coupon/reactivate', { redemptionIds: [Number(id)] })
    },
    actions: ['coupon.reversed'],
  },
  changeCouponExpiry: {
    make: async ({ call, coupon, seriesId, customerId }) => {
      const { code } = await coupon(seriesId, customerId)
      return call('PUT', '/v2/coupon/bulk/expiry', {
        couponSeriesId: seriesId,
        couponCodes: [{ couponCode: code, expiryDate: '2098-12-31T00:00:00Z' }],
      })
    },
    actions: ['coupon.expiry-changed'],
  },
  revokeCoupons: {
    make: async ({ call, coupon, seriesId, customerId }) => {
      const { code } = await coupon(seriesId, customerId)
      return call('POST', '/v2/coupon/revoke', { couponCodes: [code] })
    },
    actions: ['coupon.revoked'],
  },
  createSeries: {
    make: ({ call }) => call('POST', '/v2/coupon/series', { CouponSeriesV2: least }),
    actions: ['series.created'],
  },
  updateSeries: {
    make: async ({ call }) => {
      const id = (await call('POST', '/v2/coupon/series', { CouponSeriesV2: least })).at('id')
      const fields = {
        ...least,
        seriesCode: String(id),
        description: 'Twenty off',
        maxRedeem: 9,
        maxCreate: 9,
      }
      return call('PUT', `/v2/coupon/series/${String(id)}`, { CouponSeriesV2: fields })
    },
    actions: ['series.changed', 'series.limits.changed'],
  },
  registerCustomer: {
    make: ({ call }) =>
      call('POST', '/v2/customers?source=INSTORE', bodyOf({ mobile: anyMobile(), firstName: 'Hidden' })),
    actions: ['customer.created', 'customer.identifier.created'],
  },
  updateCustomer: {
    make: ({ call, customerId }) =>
      call('PUT', `/v2/customers/${customerId}?source=INSTORE`, bodyOf({ lastName: 'Hidden' })),
    actions: ['customer.changed'],
  },
  updateCustomerByIdentifier: {
    make: async ({ call, registered }) => {
      const mobile = anyMobile()
      await registered({ mobile })
      const query = `source=INSTORE&identifierName=mobile&identifierValue=${mobile}`
      return call('PUT', `/v2/customers/lookup?${query}`, bodyOf({ firstName: 'Hidden' }))
    },
    actions: ['customer.changed'],
  },
  changeIdentifiers: {
    make: ({ call, customerId }) =>
      call('POST', `/v2/customers/${customerId}/changeIdentifier?source=INSTORE`, {
        add: [{ type: 'email', value: 'hidden@example.com' }],
      }),
    actions: ['customer.identifier.created'],
  },
  createStore: {
    make: ({ call }) => call('POST', '/v2/orgEntity/store', { code: 'mall' }),
    actions: ['store.created'],
  },
  createTill: {
    make: ({ call, storeId, orgId }) =>
      call('POST', '/v2/orgEntity/till', { name: `new-${orgId}`, password: 'hidden from all', storeId }),
    actions: ['till.created'],
  },
  beginSession: {
    make: async (given, app) => signIn(app, (await given.person('care')).email),
    actions: ['session.created'],
    actor: (reply) => reply.at('user.id') as number,
  },
  endSession: {
    make: ({ call }) => call('DELETE', '/admin/v1/session'),
    actions: ['session.changed'],
  },
  changeOwnPassword: {
    make: ({ call }) =>
      call('PUT', '/admin/v1/session/password', {
        currentPassword: personPassword,
        newPassword: 'hidden password',
      }),
    actions: ['user.changed'],
  },
  createUser: {
    make: ({ call, orgId }) =>
      call('POST', '/admin/v1/users', {
        email: `new-${orgId}@example.com`,
        name: 'New',
        role: 'care',
        password: 'hidden password',
      }),
    actions: ['user.created'],
  },
  updateUser: {
    make: async (given) =>
      given.call('PATCH', `/admin/v1/users/${(await colleague(given)).userId}`, {
        role: 'auditor',
        isDisabled: true,
      }),
    actions: ['user.changed', 'session.changed'],
  },
  setUserPassword: {
    make: async (given) =>
      given.call('PUT', `/admin/v1/users/${(await colleague(given)).userId}/password`, {
        password: 'hidden password',
      }),
    actions: ['user.changed', 'session.changed'],
  },
  createPasswordLink: {
    make: async (given) =>
      given.call('POST', `/admin/v1/users/${(await colleague(given)).userId}/password-link`),
    actions: ['user.password-link.created'],
  },
  withdrawPasswordLink: {
    make: async (given) => {
      const path = `/admin/v1/users/${(await colleague(given)).userId}/password-link`
      await given.call('POST', path)
      return given.call('DELETE', path)
    },
    actions: ['user.password-link.deleted'],
  },
  usePasswordLink: {
    make: async (given) => {
      const made = await given.call(
        'POST',
        `/admin/v1/users/${(await colleague(given)).userId}/password-link`,
      )
      const token = String(made.at('token'))
      return given.call('POST', '/admin/v1/password-link/use', { token, password: 'hidden password' })
    },
    actions: ['user.password-link.deleted', 'user.changed', 'session.changed', 'session.created'],
    actor: (reply) => reply.at('user.id') as number,
  },
  endUserSessions: {
    make: async (given) =>
      given.call('DELETE', `/admin/v1/users/${(await colleague(given)).userId}/sessions`),
    actions: ['session.changed'],
  },
  endUserSession: {
    make: async (given) => {
      const path = `/admin/v1/users/${(await colleague(given)).userId}/sessions`
      const id = (await given.call('GET', path)).at('sessions.0.id')
      return given.call('DELETE', `${path}/${String(id)}`)
    },
    actions: ['session.changed'],
  },
  updateOrganisation: {
    make: ({ call }) => call('PATCH', '/admin/v1/organisation', { requiresTransactionNumber: true }),
    actions: ['organisation.changed'],
  },
  setSandboxClock: {
    make: ({ call }) => call('PUT', '/admin/v1/sandbox/clock', { at: '2030-01-01' }),
    options: { isSandbox: true },
    actions: ['organisation.changed'],
  },
  resetSandbox: {
    make: ({ call }) => call('POST', '/admin/v1/sandbox/reset', { keepsSeries: false }),
    options: { isSandbox: true },
    actions: ['sandbox.reset', 'series.deleted'],
  },
  createClient: {
    make: ({ call, tillCode }) => call('POST', '/admin/v1/clients', { name: 'another', till: tillCode }),
    actions: ['client.created'],
  },
  revokeClient: {
    make: async (given) => given.call('POST', `/admin/v1/clients/${String(await client(given))}/revoke`),
    actions: ['client.changed'],
  },
  rotateClientSecret: {
    make: async (given) =>
      given.call('POST', `/admin/v1/clients/${String(await client(given))}/rotate-secret`),
    actions: ['client.changed'],
  },
  revokeTill: {
    make: ({ call, tillId }) => call('POST', `/admin/v1/tills/${tillId}/revoke`),
    actions: ['till.changed'],
  },
  setTillPassword: {
    make: ({ call, tillId }) =>
      call('PUT', `/admin/v1/tills/${tillId}/password`, { password: 'hidden from all' }),
    actions: ['till.changed'],
  },
  setTillLimits: {
    make: ({ call, tillId }) => call('PUT', `/admin/v1/tills/${tillId}/limits`, { readsPerMinute: 10 }),
    actions: ['till.changed'],
  },
  setClientLimits: {
    make: async (given) =>
      given.call('PUT', `/admin/v1/clients/${String(await client(given))}/limits`, { writesPerMinute: 0 }),
    actions: ['client.changed'],
  },
  setTillLookups: {
    make: ({ call, tillId }) =>
      call('PUT', `/admin/v1/tills/${tillId}/lookups`, {
        lookups: [{ type: 'MOBILE_TRIGGER', lookup: 'counter-1' }],
      }),
    actions: ['till-lookup.created'],
  },
  setTillClientSettings: {
    make: ({ call, tillId }) =>
      call('PATCH', `/admin/v1/tills/${tillId}/client-settings`, { v1Types: 'typed' }),
    actions: ['till.changed'],
  },
  setClientClientSettings: {
    make: async (given) =>
      given.call('PATCH', `/admin/v1/clients/${String(await client(given))}/client-settings`, {
        v2RefusalStatus: 200,
      }),
    actions: ['client.changed'],
  },
  importClientSettings: {
    make: ({ call, tillCode }) =>
      call('PUT', '/admin/v1/client-settings/stated', {
        organisation: { naiveTime: 'org' },
        tills: { [tillCode]: { v1Types: 'typed' } },
      }),
    actions: ['organisation.changed', 'till.changed'],
  },
  createAccessGroup: {
    make: ({ call }) => call('POST', '/admin/v1/access-groups', { name: 'shop' }),
    actions: ['access-group.created'],
  },
  updateAccessGroup: {
    make: async ({ call }) => {
      const id = (await call('POST', '/admin/v1/access-groups', { name: 'shop' })).at('id')
      return call('PATCH', `/admin/v1/access-groups/${String(id)}`, { access: { coupon: 'read' } })
    },
    actions: ['access-group.changed'],
  },
  createZone: {
    make: ({ call }) => call('POST', '/admin/v1/zones', { code: 'north' }),
    actions: ['zone.created'],
  },
  createConcept: {
    make: ({ call }) => call('POST', '/admin/v1/concepts', { code: 'outlet' }),
    actions: ['concept.created'],
  },
  moveStore: {
    make: async ({ call, storeId }) => {
      const zoneId = (await call('POST', '/admin/v1/zones', { code: 'north' })).at('id')
      return call('PATCH', `/admin/v1/stores/${storeId}`, { zoneId })
    },
    actions: ['store.changed'],
  },
  blockCustomer: {
    make: ({ call, customerId }) => call('PATCH', `/admin/v1/customers/${customerId}`, { isBlocked: true }),
    actions: ['customer.changed'],
  },
  mergeCustomers: {
    make: async ({ call, customerId, registered }) =>
      call('POST', `/admin/v1/customers/${customerId}/merge`, { retiredId: await registered() }),
    actions: ['customer.changed', 'customer.merged'],
  },
  addCustomerNote: {
    make: ({ call, customerId }) =>
      call('POST', `/admin/v1/customers/${customerId}/notes`, { text: 'Called about a sale.' }),
    actions: ['customer.note.created'],
  },
  eraseCustomer: {
    make: ({ call, customerId }) => call('DELETE', `/admin/v1/customers/${customerId}`),
    actions: ['customer.changed', 'customer.identifier.deleted'],
  },
  createCodes: {
    make: ({ call, poolSeriesId }) => call('POST', `/admin/v1/series/${poolSeriesId}/codes`, { count: 5 }),
    actions: ['code-batch.created'],
  },
  setItemRules: {
    make: ({ call, seriesId }) => call('PUT', `/admin/v1/series/${seriesId}/item-rules`, { minQuantity: 2 }),
    actions: ['series.changed'],
  },
  stopSeries: { make: halted('stop'), actions: ['series.changed'] },
  pauseSeries: { make: halted('pause'), actions: ['series.changed'] },
  resumeSeries: {
    make: async (given, app) => {
      await halted('stop')(given, app)
      return halted('resume')(given, app)
    },
    actions: ['series.changed'],
  },
  setSchedule: {
    make: ({ call, seriesId }) =>
      call('PUT', `/admin/v1/series/${seriesId}/schedule`, { endsAt: '2098-01-31 18:00:00' }),
    actions: ['series.changed'],
  },
  setBudget: {
    make: ({ call, seriesId }) => call('PUT', `/admin/v1/series/${seriesId}/budget`, { total: '1000' }),
    actions: ['series.changed'],
  },
  deleteBudget: {
    make: async ({ call, seriesId }) => {
      await call('PUT', `/admin/v1/series/${seriesId}/budget`, { perCustomer: '5' })
      return call('DELETE', `/admin/v1/series/${seriesId}/budget`)
    },
    actions: ['series.changed'],
  },
  setCodeForm: {
    make: ({ call, seriesId }) =>
      call('PUT', `/admin/v1/series/${seriesId}/code-form`, { pattern: '######-######' }),
    actions: ['series.changed'],
  },
  cancelCodeBatch: {
    make: async (given) => given.call('POST', `/admin/v1/code-batches/${String(await batch(given))}/cancel`),
    actions: ['code-batch.changed'],
  },
  voidCodeBatch: {
    make: async (given) => given.call('POST', `/admin/v1/code-batches/${String(await batch(given))}/void`),
    actions: ['code-batch.changed'],
  },
  exportCodes: {
    make: async (given) => {
      const path = `/admin/v1/code-batches/${String(await batch(given))}`
      await given.call('POST', `${path}/cancel`)
      return given.call('GET', `${path}/codes.csv`)
    },
    actions: ['code-batch.changed', 'code-batch.exported'],
  },
  registerWebHook: {
    make: ({ call }) =>
      call('POST', '/v3/webHooks', {
        name: hook.name,
        eventNames: hook.eventNames,
        webHookUrl: hook.url,
        webHookHeaders: { authorization: 'hidden' },
      }),
    actions: ['webhook.created'],
  },
  createWebhook: {
    make: ({ call }) => call('POST', '/admin/v1/webhooks', { ...hook, headers: { authorization: 'hidden' } }),
    actions: ['webhook.created'],
  },
  changeWebhook: {
    make: withWebhook('', ({ call }, path) =>
      call('PATCH', path, { name: 'till', headers: { authorization: 'hidden' } }),
    ),
    actions: ['webhook.changed'],
  },
  deleteWebhook: {
    make: withWebhook('', ({ call }, path) => call('DELETE', path)),
    actions: ['webhook.changed'],
  },
  pauseWebhook: { make: withWebhook('/pause', postTo), actions: ['webhook.changed'] },
  resumeWebhook: {
    make: withWebhook('', async ({ call }, path) => {
      await call('POST', `${path}/pause`)
      return call('POST', `${path}/resume`)
    }),
    actions: ['webhook.changed'],
  },
  rotateWebhookSecret: {
    make: withWebhook('/rotate-secret', ({ call }, path) => call('POST', path, {})),
    actions: ['webhook.changed'],
  },
  testWebhook: { make: withWebhook('/test', postTo), actions: ['webhook.tested'] },
  replayWebhookMessage: {
    make: withWebhook('', async ({ call }, path) => {
      const eventId = (await call('POST', `${path}/test`)).at('eventId')
      return call('POST', `${path}/messages/${String(eventId)}/replay`)
    }),
    actions: ['webhook.replayed'],
  },
  replayWebhook: {
    make: withWebhook('/replay', ({ call }, path) => call('POST', path, { since: '2026-01-01T00:00:00Z' })),
    actions: ['webhook.replayed'],
  },
  replayParkedMessages: { make: withWebhook('/replay-parked', postTo), actions: ['webhook.replayed'] },
  uploadCoupons: {
    make: upload('/coupon/api/v1/upload/file', codesCsv, codesFields),
    actions: ['upload.created'],
  },
  uploadCouponsV1: { make: upload('/v1/upload/file', codesCsv, codesFields), actions: ['upload.created'] },
  uploadRedemptions: {
    make: upload('/coupon/api/v1/upload/redeemFile', redemptionsCsv, redemptionsFields),
    actions: ['upload.created'],
  },
  uploadRedemptionsV1: {
    make: upload('/v1/upload/redeemFile', redemptionsCsv, redemptionsFields),
    actions: ['upload.created'],
  },
  issueCouponsV11: { make: v11('/v1.1/coupon/issue', issued11), actions: ['coupon.issued'] },
  issueCouponsV1: { make: v11('/v1/coupon/issue', issued11), actions: ['coupon.issued'] },
  redeemCouponsV11: { make: v11('/v1.1/coupon/redeem', redeemed11), actions: ['coupon.redeemed'] },
  redeemCouponsV1: { make: v11('/v1/coupon/redeem', redeemed11), actions: ['coupon.redeemed'] },
  ...customerCalls('V11', '/v1.1/customer'),
  ...customerCalls('V1', '/v1/customer'),
}

/** Operations that change nothing in spite of their method. */
export const readsOnly = new Set(['generateToken', 'previewUpload', 'quoteCoupons', 'readPasswordLink'])
