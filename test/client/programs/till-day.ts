import { createClient, type ClientOptions } from '@counterfoil/client'

/** A coupon as the history shows it. */
interface Shown {
  readonly code: string
  readonly bills: readonly string[]
}

/**
 * Plays a day at a till with only the package, whose types the compiler checks.
 *
 * @returns the history after each step, and the result numbers of four checks and redemptions.
 */
export async function playTillDay(options: ClientOptions, mobile: string) {
  const client = createClient(options)

  await client.registerCustomer({
    source: 'INSTORE',
    body: { profiles: [{ firstName: 'Asha', identifiers: [{ type: 'mobile', value: mobile }] }] },
  })
  const series = await client.createSeries({
    body: {
      CouponSeriesV2: {
        description: 'Ten off',
        discountCode: 'TEN',
        discountType: 'ABS',
        discountValue: 10,
        validTillDate: '2099-12-31',
        anyUser: false,
        clientHandlingType: 'DISC_CODE',
        expiryStrategyType: 'SERIES_EXPIRY',
        isMultipleVouchersPerUserAllowed: true,
        smsTemplate: 'Your code: {{voucher}}',
      },
    },
  })
  const history = async (): Promise<Shown[]> => {
    const { entity } = await client.getCustomerCoupons({ mobile, sortOrder: 'ASC', limit: 10 })
    return entity.customers.flatMap(({ coupons }) =>
      coupons.map(({ code, redemptions }) => ({
        code,
        bills: redemptions.map(({ transactionNumber }) => transactionNumber),
      })),
    )
  }
  const check = async (code: string): Promise<number> => {
    const { redemption, redemptionStatus } = await client.isRedeemable({ mobile, code })
    return redemption[0]?.warnings[0]?.code ?? redemptionStatus.code
  }

  const issued = [1, 2, 3].map(() =>
    client.issueCoupon({ body: { seriesId: series.id, customer: { mobile } } }),
  )
  const codes = (await Promise.all(issued)).map(({ code }) => code)
  const [first = '', second = '', third = ''] = codes
  const afterIssue = await history()
  const checked = await check(first)

  const redeem = (wanted: string[], transactionNumber: string) =>
    client.redeemCoupons({
      body: {
        redemptionRequestList: wanted.map((code) => ({ code })),
        user: { mobile },
        billAmount: 3_500,
        transactionNumber,
      },
    })
  const sale = await redeem([first, second], 'bill-110')
  const ids = sale.response.map(({ result }) => Number(result.redemptionId))
  const afterSale = await history()
  const checkedAgain = await check(first)
  const wrong = await redeem(['NO-SUCH-CODE'], 'bill-111')

  await client.updateRedemptions({
    body: { redemptions: [{ redemptionId: ids[0] ?? 0, transactionNumber: 'printed-7' }] },
  })
  const afterBill = await history()
  await client.reverseRedemptions({ body: { redemptionIds: ids } })
  const afterCancel = await history()

  const { response } = await client.redeemCouponsV11({
    userId: true,
    body: { root: { coupon: [{ code: first, customer: { mobile }, transaction: { number: 'bill-112' } }] } },
  })
  const afterOlderSale = await history()
  const older = [response.coupons.coupon].flat()[0]?.item_status.code

  await client.changeCouponExpiry({
    body: {
      couponSeriesId: series.id,
      couponCodes: [{ couponCode: second, expiryDate: '2030-01-31T23:59:59Z' }],
    },
  })
  await client.revokeCoupons({ body: { couponSeriesId: series.id, couponCodes: [third] } })
  return {
    afterIssue,
    afterSale,
    afterBill,
    afterCancel,
    afterOlderSale,
    atTheEnd: await history(),
    codes: [
      checked,
      checkedAgain,
      wrong.response[0]?.result.redemptionStatus.code ?? 0,
      older,
      await check(third),
    ],
  }
}

/** Returns the names in the records that an administrator reads. */
export async function readTills(options: ClientOptions): Promise<readonly string[]> {
  const client = createClient(options)
  const { tills } = await client.listTills()
  const { name } = await client.getOrganisation({ timeoutMs: 20_000 })
  return [name, ...tills.map(({ code }) => code)]
}
