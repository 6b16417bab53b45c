/** Calls that work in this order against a new demo, as a reader would make them. */
export interface Example {
  readonly name: string
  readonly operationId: string
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** The body, in which `{{name}}` stands for a variable. */
  readonly body?: unknown
  /** Variables that are taken from the answer, each by an expression on `answer`. */
  readonly saves?: Readonly<Record<string, string>>
}

const customer = { mobile: '{{mobile}}' }
const bill = {
  amount: '100.00',
  transactionNumber: '{{bill}}',
  items: [
    { id: 1, sku: 'SHIRT', quantity: 1, price: '60.00' },
    { id: 2, sku: 'SOCKS', quantity: 2, price: '20.00' },
  ],
}
const codes = ['{{code}}']
const inSeries = { id: '{{seriesId}}' }

export const examples: readonly Example[] = [
  {
    name: 'Which coupons does the customer have, and which work now?',
    operationId: 'getCustomerCoupons',
    query: { mobile: '{{mobile}}', status: 'REDEEMABLE', limit: '10' },
    saves: { code: 'answer.entity.customers[0].coupons.at(-1).code' },
  },
  {
    name: 'Would the coupon be redeemed?',
    operationId: 'isRedeemable',
    query: { mobile: '{{mobile}}', code: '{{code}}', details: 'true' },
  },
  {
    name: 'Redeem by the contract',
    operationId: 'redeemCoupon',
    body: {
      redemptionRequestList: [{ code: '{{code}}' }],
      user: customer,
      billAmount: '3500',
      transactionNumber: 'bill-of-the-contract',
    },
    saves: { redemptionId: 'answer.redemption[0].redemptionId' },
  },
  {
    name: 'The sale is cancelled: reverse the redemption',
    operationId: 'reverseRedemptions',
    body: { redemptionIds: ['{{redemptionId}}'] },
  },
  {
    name: 'What is the coupon worth on a bill?',
    operationId: 'quoteCoupons',
    body: { codes, customer, bill },
  },
  {
    name: 'Hold it while the customer pays',
    operationId: 'holdCoupons',
    body: { reference: '{{bill}}', codes, customer, bill },
    saves: { holdId: 'answer.id' },
  },
  {
    name: 'The payment takes longer',
    operationId: 'extendHold',
    path: { id: '{{holdId}}' },
    body: { ttlSeconds: 1800 },
  },
  {
    name: 'The payment has come: redeem',
    operationId: 'redeemOnBill',
    body: { holdId: '{{holdId}}' },
    saves: { redemptionId: 'answer.redemptions[0].id' },
  },
  {
    name: 'One pair of socks comes back',
    operationId: 'returnRedemption',
    path: { id: '{{redemptionId}}' },
    body: { items: [{ sku: 'SOCKS', quantity: 1 }], reason: 'Wrong size' },
  },
  {
    name: 'Then everything does',
    operationId: 'returnBill',
    body: { transactionNumber: '{{bill}}', reason: 'Sale cancelled' },
  },
  { name: 'What went back?', operationId: 'listReturns', path: { id: '{{redemptionId}}' } },
  {
    name: 'Register a customer',
    operationId: 'registerCustomer',
    query: { source: 'INSTORE' },
    body: { profiles: [{ firstName: 'Asha', identifiers: [{ type: 'mobile', value: '9400488255' }] }] },
    saves: { customerId: 'answer.createdId' },
  },
  {
    name: 'Create a series',
    operationId: 'createSeries',
    body: {
      CouponSeriesV2: {
        description: 'Ten off',
        discountCode: 'TEN',
        discountType: 'ABS',
        discountValue: 10,
        validTillDate: '2099-12-31',
        anyUser: false,
        clientHandlingType: 'DISC_CODE',
        expiryStrategyType: 'DAYS',
        expiryStrategyValue: 30,
        maxRedeem: 1000,
        smsTemplate: 'Your code',
      },
    },
    saves: { seriesId: 'answer.id' },
  },
  {
    name: 'Give it a budget',
    operationId: 'setBudget',
    path: inSeries,
    body: { total: '50000', perCustomer: '1000', whenItDoesNotFit: 'refuse', alertAtPercent: [50, 80, 95] },
  },
  {
    name: 'Issue a coupon of it',
    operationId: 'issueCoupon',
    body: { seriesId: '{{seriesId}}', customer: { id: '{{customerId}}' } },
    saves: { issuedCode: 'answer.code' },
  },
  {
    name: 'Why does a coupon work or not?',
    operationId: 'explainRedemption',
    path: { code: '{{issuedCode}}' },
    query: { customerId: '{{customerId}}' },
  },
  { name: 'How is the series doing?', operationId: 'getSeriesFigures', path: inSeries },
  {
    name: 'Something is wrong: pause the series',
    operationId: 'pauseSeries',
    path: inSeries,
    headers: { 'X-Counterfoil-Reason': 'A wrong price in the leaflet' },
  },
  {
    name: 'It is mended: resume it',
    operationId: 'resumeSeries',
    path: inSeries,
    headers: { 'X-Counterfoil-Reason': 'The leaflet is mended' },
  },
  { name: 'Find a customer by name', operationId: 'search', query: { q: 'Asha Menon' } },
]

/** The variables of the collection, as the demo has them. */
export const variables: Readonly<Record<string, string>> = {
  baseUrl: 'http://127.0.0.1:8080',
  till: 'demo.till',
  password: 'demo',
  mobile: '919400488244',
  bill: 'bill-9',
  code: 'RXYEDPREM3BRTF7U',
}
