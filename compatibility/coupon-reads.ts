import type { ContractCall } from './contract.ts'
import { enrichedSeries, series } from './series-calls.ts'
import { entityFailure, errorsFailure, itemStatus, metadata, shortCustomer, status } from './shared-fields.ts'

const place = 'code name'

const statusInFull = (text: string) => `Always ${text}: the call lists coupons and does nothing to them.`

export const couponReads: readonly ContractCall[] = [
  {
    call: 'GET /v2/customers/coupons',
    what: 'Coupon history of a customer',
    query: `mobile email external_Id id status coupon_code_case sort_order limit offset
      include_reversed_redemptions transaction_numbers`,
    answer: `
      entity {
        pagination { limit offset total }
        customers {
          firstname lastname email mobile id externalId
          coupons {
            code seriesId description validTill discountType discountValue discountUpto
            customer { id profiles }
            redemptionStatus { status message code }
            redemptionCount redemptionsLeft id createdDate createdDateISO transactionNumber
            issuedAt { ${place} } customProperty { name value }
            redemptions { id date dateISO transactionNumber redeemedAt { ${place} } }
            reversedRedemptions { id date dateISO reversedOn redeemedAt { ${place} } }
            validTillDateTime
          }
        }
      }
      warnings errors success`,
    failure: entityFailure,
    differs: {
      'query status': 'Several may be given. REVOKED is ours: revoked coupons are left out without it.',
      'query limit': '1 to 1000.',
      'query include_reversed_redemptions': 'True unless it is said to be false.',
      'answer entity.customers.coupons.createdDate entity.customers.coupons.redemptions.date entity.customers.coupons.reversedRedemptions.date':
        'The true instant in the zone of the organisation. The original prints another zone’s wall clock with a Z.',
      'answer entity.customers.coupons.createdDateISO entity.customers.coupons.redemptions.dateISO entity.customers.coupons.reversedRedemptions.dateISO':
        'With include=iso: the legacy fields are true instants already.',
      'answer entity.customers.coupons.customer.id':
        'With include=customer; id, firstname and lastname. The original’s table names it, its examples do not have it.',
      'answer entity.customers.coupons.redemptionStatus':
        'With include=redemptionStatus: the verdict of the redemption rules now, without a bill.',
    },
    missing: {
      'answer entity.customers.coupons.customer.profiles':
        'The customer stands above the coupons, with all identifiers; get the profile by its id.',
    },
    notes: [
      'An unknown customer is HTTP 404 with 8015; identifiers of different customers are HTTP 400. Identifiers that belong to nobody are passed over beside one that belongs to a customer (setting identifiers).',
      'Amounts are printed with a decimal point (500.0), as in the recorded answers.',
      'Coupons of the same second are ordered by id in the direction of sort_order.',
      'validTillDateTime is always printed; bodies from before 2025 lack it.',
    ],
  },
  {
    call: 'GET /v2/customers/{customerId}/coupons',
    what: 'Coupons of a customer in detail',
    query: 'coupon_code_case',
    answer: `
      entity {
        id seriesId series { ${enrichedSeries} }
        code description createdDate validTill isRedeemed issuedTo issuedBy orgId refId
        issuedAt { id code description name type adminType isOrgUnit }
        status { ${itemStatus} } couponDiscountType issuedOn issuedOnISO activeFrom redemptionsLeft
        couponStatus { ${itemStatus} }
        redemptionInfo { redeemedOnISO } reversedRedemptionInfo
        discountType discountValue discountValueAsDouble discountUpto seriesName redeemed trimmedCode
      }
      warnings errors success`,
    failure: entityFailure,
    differs: {
      'answer entity.createdDate entity.issuedOn':
        'The true instant; the original prints another zone’s wall clock with a Z.',
      'answer entity.status': statusInFull('700 "Coupon Resent", as in the example'),
      'answer entity.couponStatus': statusInFull('200 "Success", as in the example'),
      'answer entity.redemptionInfo entity.reversedRedemptionInfo':
        'The contract does not say what an element has but redeemedOnISO. The other keys are ours.',
      'answer entity.activeFrom':
        'From when it may be redeemed: the latest of its issue, the first day of the series, and the n-th day after issue.',
    },
    notes: [
      'An unknown customer is HTTP 404 with 8015, one without coupons an empty list. The text codes of the newest page (INVALID_CUSTOMER_ID and so on) are not used.',
      'Revoked coupons are left out. All coupons come, streamed; limit and offset are ours.',
    ],
  },
  {
    call: 'GET /v2/coupon',
    what: 'Coupons by id, code and holder',
    query: 'issuedToIds couponIds couponCodes coupon_code_case showCouponSeries includeIssualDetails',
    answer: `
      data {
        code seriesId description discountCode validTill validTillDateTime discountType discountValue discountUpto
        discountOn detailedInfo couponIssualDetails { ${metadata} }
        couponSeries { ${series} validTillISODate redemptionRange { dom dow hours } }
      }
      warnings errors { ${status} }`,
    failure: errorsFailure,
    differs: {
      'query issuedToIds couponIds couponCodes':
        'A comma list too; at most 100 of each. Each kind narrows what is found.',
      'answer errors':
        'What leads to no coupon is told here: 780 with the id or code, 660 for a revoked one.',
    },
    notes: ['No filter at all is HTTP 400 with 1000.'],
  },
  {
    call: 'GET /v2/coupon/is_redeemable',
    what: 'Would these coupons be redeemed?',
    query: 'mobile email externalId id code details',
    answer: `
      redemption {
        currencyInput localToBaseCurrencyExchangeRate isRedeemable warnings { ${status} } appendedErrorMessage code
        couponseries { ${enrichedSeries} validTillISODate }
        isAbsolute redemptionsLeft numberOfRedemptionsByUser discountType discountValue discountUpto
      }
      redemptionStatus { ${status} } customer { ${shortCustomer} } warnings`,
    failure: status,
    differs: {
      'query code': 'At most 50.',
      'answer redemption.warnings redemption.appendedErrorMessage':
        'Carry the reason of a "no"; the contract does not publish the failed item.',
      'answer redemption.couponseries':
        'With details=true the fields that the contract lists and maxRedeem, with extended all of the series.',
    },
    notes: [
      'A "no" is HTTP 200: the overall code is 780, and each code is judged by itself. An unknown customer is HTTP 400 with 701. The setting v2RefusalStatus moves both statuses.',
      'Judged at the till’s store, without a bill: its amount and number are not looked at.',
    ],
  },
]
