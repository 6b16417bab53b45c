import type { openOffice } from './people-cases.ts'
import { least } from './series-cases.ts'
import { fieldParts, filePart, multipart } from './upload-cases.ts'
import type { Body, Method, Reply } from './write-cases.ts'

/** A guess at a code, the id of a coupon or a customer, for each operation that takes one. */

export interface GuessWorld extends Awaited<ReturnType<typeof openOffice>> {
  readonly seriesId: number
  readonly poolSeriesId: number
  readonly customerId: number
  /** Codes of other customers, each for one guess. */
  readonly taken: readonly string[]
  /** Identifiers of other customers. */
  readonly takenMobiles: readonly string[]
  /** Calls as a till with all permissions and without failures. */
  readonly as: (method: Method, url: string, body?: Body, headers?: Record<string, string>) => Promise<Reply>
}

/** Which of the two budgets the look-up uses up. */
export type Budget = 'codes' | 'customers'
/** A look-up that fails; `n` distinguishes it from the others. */
type Guess = (world: GuessWorld, n: number) => Promise<Reply>
export type Guesses = Readonly<Partial<Record<Budget, Readonly<Record<string, Guess>>>>>

const code = (n: number) => `NONE${n}`
const couponId = (n: number) => 2 ** 41 + n
const nobody = (n: number) => 2 ** 40 + n
const mobile = (n: number) => `9199999${String(10_000 + n)}`
const lists = (n: number) => [{ code: code(n) }]
const root = (coupon: object) => ({ root: { coupon: [coupon] } })
const at = Date.now() - 86_400_000

const redeem = (url: string): Guesses => ({
  codes: {
    code: ({ as, customerId }, n) =>
      as('POST', url, { redemptionRequestList: lists(n), user: { id: customerId }, billAmount: 1 }),
  },
  customers: {
    mobile: ({ as }, n) =>
      as('POST', url, { redemptionRequestList: lists(n), user: { mobile: mobile(n) }, billAmount: 1 }),
    'id and e-mail address': ({ as }, n) =>
      as('POST', url, {
        redemptionRequestList: lists(n),
        user: { id: nobody(n), email: `nobody${n}@example.com` },
        billAmount: 1,
      }),
  },
})

const issue = (url: string, more: (world: GuessWorld) => object): Guesses => ({
  customers: {
    id: (world, n) => world.as('POST', url, { ...more(world), customer: { id: nobody(n) } }),
    mobile: (world, n) => world.as('POST', url, { ...more(world), customer: { mobile: mobile(n) } }),
  },
})

const customerById = (method: Method, url: (id: number) => string, body?: Body): Guesses => ({
  customers: { id: ({ as }, n) => as(method, url(nobody(n)), body) },
})

const lookUp = (method: Method, path: string, body?: Body): Guesses => ({
  customers: {
    mobile: ({ as }, n) =>
      as(method, `${path}?source=INSTORE&identifierName=mobile&identifierValue=${mobile(n)}`, body),
  },
})

const history11 = (path: string): Guesses => ({
  customers: {
    mobile: ({ as }, n) => as('GET', `${path}?format=json&mobile=${mobile(n)}`),
    id: ({ as }, n) => as('GET', `${path}?format=json&id=${nobody(n)}`),
  },
})

const generic = (genericCode: string | undefined) => ({
  ...least,
  clientHandlingType: 'GENERIC',
  genericCode: genericCode ?? '',
})

const send = (
  { as }: GuessWorld,
  url: string,
  fields: Readonly<Record<string, string>>,
  csv: string,
): Promise<Reply> => {
  const { type, payload } = multipart([...fieldParts(fields), filePart(csv)])
  return as('POST', url, payload, { 'content-type': type })
}

const codesFile = (url: string): Guesses => ({
  codes: {
    'codes that others have': (world, n) =>
      send(
        world,
        `${url}/${world.poolSeriesId}`,
        { customerIdentifier: 'NOT_TAGGED' },
        `code\n${world.taken[n] ?? ''}\n`,
      ),
  },
  customers: {
    mobile: (world, n) =>
      send(
        world,
        `${url}/${world.poolSeriesId}`,
        { customerIdentifier: 'MOBILE', customerIdentifierColumn: '0', couponCodeColumn: '1' },
        `m,c\n${mobile(n)},NEW${n}\n`,
      ),
  },
})

const redemptionsFile = (url: string): Guesses => {
  const row = (world: GuessWorld, coupon: 'CODE' | 'ID', cells: string) =>
    send(
      world,
      `${url}/${world.seriesId}`,
      {
        customerIdentifier: 'USER_ID',
        couponIdentifier: `COUPON_${coupon}`,
        uploadHeaders: JSON.stringify({
          userId: 0,
          [coupon === 'CODE' ? 'couponCode' : 'couponId']: 1,
          redeemedDateInMillis: 2,
        }),
      },
      `u,c,t\n${cells},${at}\n`,
    )
  return {
    codes: {
      code: (world, n) => row(world, 'CODE', `${world.customerId},${code(n)}`),
      id: (world, n) => row(world, 'ID', `${world.customerId},${couponId(n)}`),
    },
    customers: { id: (world, n) => row(world, 'CODE', `${nobody(n)},${code(n)}`) },
  }
}

const redeem11 = (url: string): Guesses => ({
  codes: {
    code: ({ as, customerId }, n) => as('POST', url, root({ code: code(n), customer: { id: customerId } })),
    id: ({ as, customerId }, n) => as('POST', url, root({ id: couponId(n), customer: { id: customerId } })),
  },
  customers: {
    mobile: ({ as }, n) => as('POST', url, root({ code: code(n), customer: { mobile: mobile(n) } })),
  },
})

const resend11 = (url: string): Guesses => ({
  codes: {
    code: ({ as, customerId }, n) => as('GET', `${url}&code=${code(n)}&user_id=${customerId}`),
    id: ({ as, customerId }, n) => as('GET', `${url}&id=${couponId(n)}&user_id=${customerId}`),
    'codes that others have': ({ as, customerId, taken }, n) =>
      as('GET', `${url}&code=${taken[n] ?? ''}&user_id=${customerId}`),
  },
  customers: { mobile: ({ as }, n) => as('GET', `${url}&code=${code(n)}&mobile=${mobile(n)}`) },
})

const get11 = (url: string): Guesses => ({
  codes: {
    code: ({ as }, n) => as('GET', `${url}&code=${code(n)}`),
    id: ({ as }, n) => as('GET', `${url}&id=${couponId(n)}`),
  },
  customers: { issuedToIds: ({ as }, n) => as('GET', `${url}&issuedToIds=${nobody(n)}`) },
})

const isRedeemable11 = (url: string): Guesses => ({
  codes: { code: ({ as, customerId }, n) => as('GET', `${url}&code=${code(n)}&id=${customerId}`) },
  customers: { mobile: ({ as }, n) => as('GET', `${url}&code=${code(n)}&mobile=${mobile(n)}`) },
})

const issue11 = (url: string): Guesses => ({
  customers: {
    mobile: ({ as, seriesId }, n) =>
      as('POST', url, root({ series_id: String(seriesId), customer: { mobile: mobile(n) } })),
  },
})

/** The same guesses of a call of version 1.1 in its two spellings. */
const ofBothSpellings = (
  operation: string,
  path: string,
  guess: (url: string) => Guesses,
): Readonly<Record<string, Guesses>> => ({
  [`${operation}V11`]: guess(`/v1.1${path}`),
  [`${operation}V1`]: guess(`/v1${path}`),
})

const onBill = (url: string, more: object = {}): Guesses => ({
  codes: {
    code: ({ as, customerId }, n) =>
      as('POST', url, { codes: [code(n)], customer: { id: customerId }, bill: { amount: 1 }, ...more }),
    'a code without a customer': ({ as }, n) =>
      as('POST', url, { codes: [code(n)], bill: { amount: 1 }, ...more }),
    'a code of somebody else': ({ as, customerId, taken }, n) =>
      as('POST', url, { codes: [taken[n]], customer: { id: customerId }, bill: { amount: 1 }, ...more }),
  },
  customers: {
    mobile: ({ as }, n) =>
      as('POST', url, { codes: [code(n)], customer: { mobile: mobile(n) }, bill: { amount: 1 }, ...more }),
    id: ({ as }, n) =>
      as('POST', url, { codes: [code(n)], customer: { id: nobody(n) }, bill: { amount: 1 }, ...more }),
    'id and e-mail address': ({ as }, n) =>
      as('POST', url, {
        codes: [code(n)],
        customer: { id: nobody(n), email: `nobody${n}@example.com` },
        bill: { amount: 1 },
        ...more,
      }),
  },
})

/** Guesses by `operationId`. */
export const guesses: Readonly<Record<string, Guesses>> = {
  quoteCoupons: onBill('/till/v1/quotes'),
  redeemOnBill: onBill('/till/v1/redemptions'),
  holdCoupons: onBill('/till/v1/holds', { reference: 'cart' }),
  getCustomerCoupons: {
    codes: {
      coupon_codes: ({ as, customerId }, n) =>
        as('GET', `/v2/customers/coupons?id=${customerId}&coupon_codes=${code(n)}`),
    },
    customers: {
      mobile: ({ as }, n) => as('GET', `/v2/customers/coupons?mobile=${mobile(n)}`),
      id: ({ as }, n) => as('GET', `/v2/customers/coupons?id=${nobody(n)}`),
    },
  },
  findCoupons: {
    codes: {
      couponCodes: ({ as }, n) => as('GET', `/v2/coupon?couponCodes=${code(n)}`),
      couponIds: ({ as }, n) => as('GET', `/v2/coupon?couponIds=${couponId(n)}`),
      'couponIds of one page': ({ as }, n) => as('GET', `/v2/coupon?couponIds=${couponId(n)}&limit=1`),
    },
    customers: { issuedToIds: ({ as }, n) => as('GET', `/v2/coupon?issuedToIds=${nobody(n)}`) },
  },
  listDetailedCoupons: customerById('GET', (id) => `/v2/customers/${id}/coupons`),
  issueCoupon: issue('/v2/coupon/issue', ({ seriesId }) => ({ seriesId })),
  issueCoupons: issue('/v2/coupon/bulk/issue', ({ seriesId }) => ({ seriesIds: [seriesId] })),
  issueMultipleCoupons: issue('/v2/coupon/issue/multiple', ({ seriesId }) => ({ seriesId, count: 2 })),
  isRedeemable: {
    codes: {
      code: ({ as, customerId }, n) => as('GET', `/v2/coupon/is_redeemable?code=${code(n)}&id=${customerId}`),
    },
    customers: {
      mobile: ({ as }, n) => as('GET', `/v2/coupon/is_redeemable?code=${code(n)}&mobile=${mobile(n)}`),
    },
  },
  redeemCoupon: redeem('/v2/coupon/redeem'),
  redeemCoupons: redeem('/v2/coupon/bulk/redeem'),
  updateRedemptions: {
    customers: {
      mobile: ({ as }, n) =>
        as('PUT', '/v2/coupon/redeem', {
          redemptions: [{ redemptionId: 1, billId: 7 }],
          user: { mobile: mobile(n) },
        }),
    },
  },
  changeCouponExpiry: {
    codes: {
      couponCode: ({ as, seriesId }, n) =>
        as('PUT', '/v2/coupon/bulk/expiry', {
          couponSeriesId: seriesId,
          couponCodes: [{ couponCode: code(n), expiryDate: '2098-01-01T00:00:00Z' }],
        }),
    },
    customers: {
      mobile: ({ as, seriesId }, n) =>
        as('PUT', '/v2/coupon/bulk/expiry', {
          couponSeriesId: seriesId,
          couponCodes: [{ couponCode: code(n), expiryDate: '2098-01-01T00:00:00Z' }],
          customer: { mobile: mobile(n) },
        }),
    },
  },
  revokeCoupons: {
    codes: {
      couponCodes: ({ as }, n) => as('POST', '/v2/coupon/revoke', { couponCodes: [code(n)] }),
      'couponCodes of another series': ({ as, poolSeriesId, taken }, n) =>
        as('POST', '/v2/coupon/revoke', { couponSeriesId: poolSeriesId, couponCodes: [taken[n] ?? ''] }),
    },
    customers: {
      mobile: ({ as, seriesId }, n) =>
        as('POST', '/v2/coupon/revoke', { couponSeriesId: seriesId, customer: { mobile: mobile(n) } }),
    },
  },
  createSeries: {
    codes: {
      genericCode: ({ as, taken }, n) =>
        as('POST', '/v2/coupon/series', { CouponSeriesV2: generic(taken[n]) }),
    },
  },
  updateSeries: {
    codes: {
      genericCode: async ({ as, generic: make, taken }, n) => {
        const id = await make(`OWN${n}-${taken[0]}`)
        return as('PUT', `/v2/coupon/series/${id}`, {
          CouponSeriesV2: { ...generic(taken[n]), seriesCode: String(id) },
        })
      },
    },
  },
  registerCustomer: {
    customers: {
      'identifiers that others have': ({ as, takenMobiles }, n) =>
        as('POST', '/v2/customers?source=INSTORE', {
          profiles: [{ identifiers: [{ type: 'mobile', value: takenMobiles[n] }] }],
        }),
    },
  },
  lookUpCustomer: lookUp('GET', '/v2/customers/lookup'),
  lookUpCustomerDetails: lookUp('GET', '/v2/customers/lookup/customerDetails'),
  updateCustomerByIdentifier: lookUp('PUT', '/v2/customers/lookup', { profiles: [{ firstName: 'A' }] }),
  getCustomer: customerById('GET', (id) => `/v2/customers/${id}?source=INSTORE`),
  updateCustomer: customerById('PUT', (id) => `/v2/customers/${id}?source=INSTORE`, {
    profiles: [{ firstName: 'A' }],
  }),
  changeIdentifiers: {
    customers: {
      id: ({ as }, n) =>
        as('POST', `/v2/customers/${nobody(n)}/changeIdentifier?source=INSTORE`, {
          add: [{ type: 'externalId', value: `NEW${n}` }],
        }),
      'identifiers that others have': ({ as, customerId, takenMobiles }, n) =>
        as('POST', `/v2/customers/${customerId}/changeIdentifier?source=INSTORE`, {
          add: [{ type: 'mobile', value: takenMobiles[n] }],
        }),
    },
  },
  searchCustomers: { customers: { q: ({ as }, n) => as('GET', `/v2/customers/search?q=${mobile(n)}`) } },
  search: {
    codes: { q: ({ as }, n) => as('GET', `/admin/v1/search?q=${code(n)}`) },
    customers: {
      q: ({ as }, n) => as('GET', `/admin/v1/search?q=${'NOBODY'.padEnd(7 + n, 'X')}`),
    },
  },
  explainRedemption: {
    codes: {
      code: ({ as }, n) => as('GET', `/admin/v1/coupons/${code(n)}/explain`),
      'code with a customer': ({ as, customerId }, n) =>
        as('GET', `/admin/v1/coupons/${code(n)}/explain?customerId=${customerId}`),
    },
    customers: {
      mobile: ({ as }, n) => as('GET', `/admin/v1/coupons/${code(n)}/explain?mobile=${mobile(n)}`),
    },
  },
  blockCustomer: customerById('PATCH', (id) => `/admin/v1/customers/${id}`, { isBlocked: true }),
  eraseCustomer: customerById('DELETE', (id) => `/admin/v1/customers/${id}`),
  uploadCoupons: codesFile('/coupon/api/v1/upload/file'),
  uploadCouponsV1: codesFile('/v1/upload/file'),
  uploadRedemptions: redemptionsFile('/coupon/api/v1/upload/redeemFile'),
  uploadRedemptionsV1: redemptionsFile('/v1/upload/redeemFile'),
  issueCouponsV11: issue11('/v1.1/coupon/issue?format=json'),
  issueCouponsV1: issue11('/v1/coupon/issue?format=json'),
  resendCouponsV11: resend11('/v1.1/coupon/resend?format=json'),
  resendCouponsV1: resend11('/v1/coupon/resend?format=json'),
  redeemCouponsV11: redeem11('/v1.1/coupon/redeem?format=json'),
  redeemCouponsV1: redeem11('/v1/coupon/redeem?format=json'),
  getCouponsV11: get11('/v1.1/coupon/get?format=json'),
  getCouponsV1: get11('/v1/coupon/get?format=json'),
  isRedeemableV11: isRedeemable11('/v1.1/coupon/isredeemable?format=json'),
  isRedeemableV1: isRedeemable11('/v1/coupon/isredeemable?format=json'),
  ...ofBothSpellings('getCustomerCoupons', '/customer/coupons', history11),
  ...ofBothSpellings('getCustomerRedemptions', '/customer/redemptions', history11),
  ...ofBothSpellings('getCustomers', '/customer/get', history11),
  ...ofBothSpellings('searchCustomers', '/customer/search', (url) => ({
    customers: {
      q: ({ as }, n) => as('GET', `${url}?format=json&q=(mobile:equals:${mobile(n)})`),
    },
  })),
  ...ofBothSpellings('updateCustomers', '/customer/update', (url) => ({
    customers: {
      mobile: ({ as }, n) => as('POST', url, { root: { customer: { mobile: mobile(n), firstname: 'A' } } }),
      id: ({ as }, n) => as('POST', url, { root: { customer: { id: nobody(n), firstname: 'A' } } }),
    },
  })),
  ...ofBothSpellings('updateIdentities', '/customer/update_identity', (url) => ({
    customers: {
      old_value: ({ as }, n) =>
        as('POST', url, {
          root: { customer: { identifier: 'mobile', old_value: mobile(n), new_value: mobile(n + 1) } },
        }),
    },
  })),
}

/** Operations with a parameter or field that only sounds like a look-up. */
export const harmless: Readonly<Record<string, string>> = {
  getStoreV11: 'ids and codes of stores',
  getStoreV1: 'ids and codes of stores',
  listEntitiesV11: 'ids of places, of which the whole list may be read',
  listEntitiesV1: 'ids of places, of which the whole list may be read',
  addCustomersV11: 'a customer who is unknown is registered',
  addCustomersV1: 'a customer who is unknown is registered',
  setTillClientSettings: 'the id of a till',
  setClientClientSettings: 'the id of a client',
  importClientSettings: 'codes of tills and names of clients, of which the whole list may be read',
  reverseRedemptions: 'ids of redemptions, which lead to no code that was not redeemed',
  listSeries: 'codes and ids of series, of which the whole list may be read',
  createStore: 'the code of a store',
  createZone: 'the code of a zone',
  createConcept: 'the code of a concept',
  listLocations: 'codes of stores',
  beginSession: 'the address that a person signs in with: failed attempts are counted by themselves',
  createUser: 'the address of a person of the organisation itself',
  updateOrganisation: 'what codes begin and end with',
  searchSeries: 'words of series, of which the whole list may be read',
  setItemRules: 'codes of products',
  setBudget: 'limits that apply to each customer',
  listAudit: 'words of the log, of which the whole may be read, and not by tills',
  exportAudit: 'words of the log, of which the whole may be read, and not by tills',
  getCouponHistory: 'guarded, but not for tills',
  getCustomerHistory: 'guarded, but not for tills',
  listCustomerNotes: 'guarded, but not for tills',
  addCustomerNote: 'guarded, but not for tills',
  previewMerge: 'guarded, but not for tills',
  listMerges: 'guarded, but not for tills',
  mergeCustomers: 'guarded, but not for tills',
  listHolds: 'a part of a list that may be read whole, and not by tills',
  createAccessGroup: 'names of rights',
  updateAccessGroup: 'names of rights',
  createWebhook: 'kinds of identifiers',
  changeWebhook: 'kinds of identifiers',
  registerWebHook: 'kinds of identifiers',
  getEventLogOfReference:
    'the reference of an event, a UUID with the ids in it; nothing of a coupon is told but its events',
  getSeriesV11: 'ids of series',
  getSeriesV1: 'ids of series',
}
