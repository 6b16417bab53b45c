import {
  changeCouponExpiry,
  createSeries,
  defaults,
  getCustomerCoupons,
  isRedeemable,
  issueCoupon,
  redeemCoupons,
  registerCustomer,
  reverseRedemptions,
  revokeCoupons,
  updateRedemptions,
} from './client.gen.ts'

/** A coupon as the history shows it. */
interface Shown {
  readonly code: string
  readonly bills: readonly string[]
}

/** The answer of a call that was carried out. @throws Error for that of a refusal, which has not got its fields. */
function carriedOut<Answer extends object, Field extends string>(
  answer: Answer,
  field: Field,
): Extract<Answer, Record<Field, unknown>> {
  if (!(field in answer)) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer as Extract<Answer, Record<Field, unknown>>
}

/**
 * Plays a day at a till with nothing but the generated client: code that does not match its types does not compile.
 *
 * @returns the history after each step, and the result numbers of four checks and redemptions.
 */
export async function playTillDay(baseUrl: string, authorization: string, mobile: string) {
  defaults.baseUrl = baseUrl
  defaults.headers = { Authorization: authorization }

  await registerCustomer(
    { profiles: [{ firstName: 'Asha', identifiers: [{ type: 'mobile', value: mobile }] }] },
    { source: 'INSTORE' },
  )
  const series = await createSeries({
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
  })
  const history = async (): Promise<Shown[]> => {
    const { entity } = await getCustomerCoupons({ mobile, sortOrder: 'ASC' })
    return entity.customers.flatMap(({ coupons }) =>
      coupons.map(({ code, redemptions }) => ({
        code,
        bills: redemptions.map(({ transactionNumber }) => transactionNumber),
      })),
    )
  }
  const check = async (code: string): Promise<number> => {
    const answer = await isRedeemable({ mobile, code })
    const { redemption, redemptionStatus } = carriedOut(answer, 'redemption')
    return redemption[0]?.warnings[0]?.code ?? redemptionStatus.code
  }

  const issued = [1, 2, 3].map(() => issueCoupon({ seriesId: series.id, customer: { mobile } }))
  const codes = (await Promise.all(issued)).map((answer) => carriedOut(answer, 'seriesId').code)
  const [first = '', second = '', third = ''] = codes
  const afterIssue = await history()
  const checked = await check(first)

  const redeem = async (wanted: string[], transactionNumber: string) => {
    const answer = await redeemCoupons(
      {
        redemptionRequestList: wanted.map((code) => ({ code })),
        user: { mobile },
        billAmount: 3_500,
        transactionNumber,
      },
      { idempotencyKey: transactionNumber },
    )
    return carriedOut(answer, 'response')
  }
  const sale = await redeem([first, second], 'bill-110')
  const ids = sale.response.map(({ result }) => Number(result.redemptionId))
  const afterSale = await history()
  const checkedAgain = await check(first)
  const wrong = await redeem(['NO-SUCH-CODE'], 'bill-111')

  await updateRedemptions({ redemptions: [{ redemptionId: ids[0] ?? 0, transactionNumber: 'printed-7' }] })
  const afterBill = await history()
  await reverseRedemptions({ redemptionIds: ids })
  const afterCancel = await history()

  await changeCouponExpiry({
    couponSeriesId: series.id,
    couponCodes: [{ couponCode: second, expiryDate: '2030-01-31T23:59:59Z' }],
  })
  await revokeCoupons({ couponSeriesId: series.id, couponCodes: [third] })
  return {
    afterIssue,
    afterSale,
    afterBill,
    afterCancel,
    atTheEnd: await history(),
    codes: [checked, checkedAgain, wrong.response[0]?.result.redemptionStatus.code ?? 0, await check(third)],
  }
}
