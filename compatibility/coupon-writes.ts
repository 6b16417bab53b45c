import type { ContractCall } from './contract.ts'
import {
  accounts,
  cards,
  entityFailure,
  errorsFailure,
  itemStatus,
  metadata,
  shortCustomer,
  status,
} from './shared-fields.ts'

const redemption = `
  redemptionId id currencyInput localToBaseCurrencyExchangeRate warnings appendedErrorMessage code discountCode
  seriesCode isAbsolute couponValue redemptionStatus { ${itemStatus} } discountType discountValue discountUpto`

const redeemRequest = `
  redemptionRequestList { code customFields { * } } user { id mobile email externalId cardnumber cardExternalId }
  billAmount transactionNumber redemptionTime`

const movedBySetting =
  'The setting v2RefusalStatus moves the HTTP status of a refused coupon, and never the body.'

const redeemDiffers = {
  'body redemptionTime':
    'Judged for expiry and windows as in the contract. More than 5 minutes ahead or 7 days back, the rules are judged at the current time, and the answer carries warning 739. Without an offset it is UTC or the wall clock of the organisation, whichever is near now, else UTC (setting naiveTime).',
}
const redeemMissing = { 'body user.cardnumber user.cardExternalId': cards }
const redeemNotes = [
  'Several codes in one request are redeemed all or none, in the single call too.',
  'An unknown customer is HTTP 400 with the flat body of code 701.',
]

const issued = `
  code seriesId description discountCode validTill discountType discountValue discountUpto discountOn detailedInfo`

export const couponWrites: readonly ContractCall[] = [
  {
    call: 'POST /v2/coupon/issue',
    what: 'Issue a coupon',
    body: 'seriesId customer { id mobile email externalId cardNumber cardExternalId }',
    answer: `${issued} customer { ${shortCustomer} } redemptionCount id validTillDateTime warnings`,
    failure: errorsFailure,
    differs: { 'answer id': 'The coupon’s id. The original prints 0.' },
    missing: { 'body customer.cardNumber customer.cardExternalId': cards },
    notes: ['A refusal is HTTP 400 with errors; the original publishes no body for it.', movedBySetting],
  },
  {
    call: 'POST /v2/coupon/bulk/issue',
    what: 'Issue a coupon of each of several series',
    query: 'source accountId',
    body: `seriesIds customer { id mobile email externalId } metadata { ${metadata} }`,
    answer: `
      response {
        entityId result { ${issued} redemptionCount id validTillDateTime } errors { ${status} } warnings
      }
      totalCount failureCount`,
    failure: errorsFailure,
    differs: {
      'body seriesIds': 'At most 50; one number is taken for a list of one.',
      'answer response.result.id': 'The coupon’s id. The original prints 0.',
    },
    missing: {
      'query source': 'Passed over: all sources share one register of customers.',
      'query accountId': accounts,
    },
    notes: [
      'Answers stand in the order of the request. A refused series has no result and says why in errors.',
      'An unknown customer is HTTP 400 with the flat body of code 701.',
      movedBySetting,
    ],
  },
  {
    call: 'POST /v2/coupon/issue/multiple',
    what: 'Issue several coupons of one series',
    body: `seriesId seriesIds count customer { mobile email externalId } metadata { ${metadata} }`,
    answer: `
      coupons { code couponId }
      couponConfig {
        customPropertyMap { * } id description discountCode info discountUpto discountValue issueToLoyalty
        numUploadedNonIssued numUploadedTotal redemptionValidAfterDays ownerId ownerValidity alphaNumeric
        shortCodeLength randomCodeLength fixedExpiryDate numTotal latestIssualTime latestRedemptionTime discountOn
        discountType externalIssual updateProductData
      }
      totalCount failureCount successCount customer { ${shortCustomer} } errors { ${status} } warnings`,
    failure: errorsFailure,
    differs: {
      'body seriesIds': 'A single id under the name that the original’s table misspells; a list is refused.',
      'answer errors':
        'Partial failures carry the 5000s, never the warning codes 621, 626, 678, 679 and 702 beside them.',
    },
    notes: [
      'A refusal is HTTP 200 with errors and nothing else. A limit that is used up is reported in the shape of a success, also when nothing was issued.',
      movedBySetting,
    ],
  },
  {
    call: 'POST /v2/coupon/redeem',
    what: 'Redeem a coupon',
    body: redeemRequest,
    answer: `
      redemption { ${redemption} } redemptionStatus { ${status} } customer { ${shortCustomer} } warnings`,
    failure: status,
    differs: redeemDiffers,
    missing: redeemMissing,
    notes: [
      ...redeemNotes,
      'A refused redemption is HTTP 400 in the shape of the success; redemptionStatus says why, in the item and overall.',
      'Also with PATCH, as some clients send it.',
      movedBySetting,
    ],
  },
  {
    call: 'POST /v2/coupon/bulk/redeem',
    what: 'Redeem several coupons, all or none',
    query: 'is_redeemable isredeemable source accountId',
    body: redeemRequest,
    answer: `response { entityId result { ${redemption} } errors { ${status} } warnings } totalCount failureCount`,
    failure: `${status} response { result { ${redemption} } errors { ${status} } } totalCount failureCount`,
    differs: redeemDiffers,
    missing: {
      ...redeemMissing,
      'query source': 'Passed over: all sources share one register of customers.',
      'query accountId': accounts,
    },
    notes: [
      ...redeemNotes,
      'Also with PATCH, as some clients send it.',
      'Answers stand in the order of the request. At most 50 codes, more is 629. The same code twice is refused with 716.',
      'A refused code is HTTP 200, and the others carry 749; with is_redeemable=true too.',
      movedBySetting,
    ],
  },
  {
    call: 'PUT /v2/coupon/redeem',
    what: 'Attach a bill to redemptions',
    body: `
      redemptions { redemptionId billAmount transactionNumber billId customFields { * } }
      user { id mobile email externalId }`,
    answer: `
      entity {
        redemptions {
          redemptionId billAmount transactionNumber billId customFields { * } redemptionStatus { ${status} }
        }
        user { ${shortCustomer} } status { ${status} } totalCount failedCount
      }
      warnings errors success`,
    failure: entityFailure,
    differs: {
      'body redemptions': 'At most 100.',
      'body redemptions.billId': 'A whole number, or its digits; one copy of the original shows text.',
      'answer entity.redemptions.billAmount': 'As it is kept now. The original echoes 0.',
    },
    notes: [
      'customFields are merged by name with those that are kept; the answer prints what is kept now.',
      'A redemption of another customer than the user who is named is 510 and stays as it is. Without a user the answer names the customer of the redemptions.',
      'When no id is known the overall status is false with 510, success stays true, and the answer is HTTP 200.',
      movedBySetting,
    ],
  },
  {
    call: 'POST /v2/coupon/reactivate',
    what: 'Take redemptions back',
    body: 'redemptionIds',
    answer: 'warnings errors success',
    failure: entityFailure,
    differs: { 'body redemptionIds': 'Ids of redemptions, at most 100: all are taken back or none.' },
    notes: [
      'Unknown, foreign or already reversed ids are HTTP 200 with success false and an error 510 for each; a revoked coupon’s is 660. A request without an id is HTTP 400 with 661.',
      movedBySetting,
      'Also with PATCH, as some clients send it.',
    ],
  },
  {
    call: 'PUT /v2/coupon/bulk/expiry',
    what: 'Change when coupons expire',
    body: 'couponSeriesId customer { id mobile email externalId } couponCodes { couponCode expiryDate }',
    answer: `
      entity {
        totalCount failedCount successCount
        unprocessedCoupons { expiryDate couponCode errorCode errorMessage }
        userId couponSeriesId
      }
      warnings errors success`,
    failure: entityFailure,
    differs: {
      'body couponCodes.expiryDate': 'An epoch is one in milliseconds.',
      'answer entity.userId entity.couponSeriesId': 'Printed when the request names them.',
    },
    notes: ['A refusal of the whole request (695, 712, 756) is HTTP 200 with success false.', movedBySetting],
  },
  {
    call: 'POST /v2/coupon/revoke',
    what: 'Revoke coupons that were not redeemed',
    query: 'couponCodeCase',
    body: 'couponSeriesId couponCodes customer { id mobile email externalId }',
    answer: `
      entity {
        totalCount failedCount
        revokedCoupons { couponId couponCode issuedToUserId }
        failedToRevoke { errorCode errorMessage couponCodes }
        hasMore
      }
      warnings errors success`,
    failure: entityFailure,
    differs: {
      'answer entity.revokedCoupons.issuedToUserId': 'Left out for a code that had no holder.',
    },
    missing: {
      'answer entity.hasMore':
        'Stands in one hand-made example only: a request either reaches all coupons or is refused.',
    },
    notes: [
      'A refusal of the whole request (108, 712, 756) is HTTP 200 with success false. More than 100 coupons of a customer are refused with 629; the original does not say its code.',
      movedBySetting,
    ],
  },
]
