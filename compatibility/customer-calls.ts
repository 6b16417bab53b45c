import type { ContractCall } from './contract.ts'
import { accounts, customerFailure, errorsFailure, identifiers, status } from './shared-fields.ts'

const till = 'id code name type referenceId default'
const attribution = `createDate createdBy { ${till} } modifiedBy { ${till} } modifiedDate`

const profile = `
  firstName lastName attribution { ${attribution} } fields { * } allFields { * } identifiers { ${identifiers} }
  commChannels { type value primary verified meta { residence office } attributes { * } }
  source userId accountId conflictingProfileList autoUpdateTime identifiersAll { ${identifiers} }`

const request = `
  profiles {
    firstName lastName identifiers { type value seriesId statusLabel }
    commChannels { type value primary verified meta { residence office lastViewedDate } }
    fields { * } source accountId
  }
  loyaltyInfo { loyaltyType attributionV2 { createDate } }
  extendedFields { * } associatedWith referralCode statusLabel subscriptionInfo`

const requestMissing = {
  'body profiles.accountId': accounts,
  'body profiles.identifiers.seriesId profiles.identifiers.statusLabel':
    'Belong to cards, which are not kept.',
  'body associatedWith': 'Passed over: the customer is registered by the till that calls.',
  'body referralCode': 'Passed over: there are no referrals.',
  'body statusLabel': 'Passed over: customers are blocked through /admin/v1/customers.',
  'body subscriptionInfo': 'Passed over: this server sends no messages.',
}

const requestDiffers = {
  'body profiles': 'One; several are refused.',
  'body profiles.identifiers.type':
    'mobile, email and externalId are kept. Cards and the identifiers of other sources are passed over with the warning 8013.',
}

const lookup = 'source identifierName identifierValue'
const lookupDiffers = {
  'query source': 'Required, and a label: all sources share one register. ALL is taken.',
  'query identifierName': 'mobile, email or externalId, or a comma list of them; other kinds are 8013.',
}
const embed = 'Not read: what the customer has besides coupons is not kept.'

const details = `
  id profiles { ${profile} }
  loyaltyInfo { loyaltyType attributionV2 { ${attribution} } lifetimePurchases }
  segments { * } extendedFields { * } warnings`

const created = 'createdId warnings sideEffects'

export const customerCalls: readonly ContractCall[] = [
  {
    call: 'POST /v2/customers',
    what: 'Register a customer',
    query: 'source accountId rawSideEffects mlp_single_enroll',
    body: request,
    answer: `
      createdId warnings { ${status} }
      sideEffects {
        awardedPoints type id couponType couponCode validTill description discountCode trimmedCouponCode
      }`,
    failure: errorsFailure,
    differs: {
      ...requestDiffers,
      'query source': 'Required here or in the profile, and kept as a label.',
    },
    missing: {
      ...requestMissing,
      'query accountId': accounts,
      'query rawSideEffects': 'Passed over: there are no side effects.',
      'query mlp_single_enroll': 'Passed over: there are no loyalty programmes.',
      'answer sideEffects.awardedPoints sideEffects.type sideEffects.id sideEffects.couponType sideEffects.couponCode sideEffects.validTill sideEffects.description sideEffects.discountCode sideEffects.trimmedCouponCode':
        'A registration awards no points and issues no coupon: the list is there and empty.',
    },
    notes: [
      'Registering again is 8006 under every source; it merges no customers (8050, 8051).',
      'The headers about downstream work (WAIT_FOR_DOWNSTREAM and so on) are passed over.',
    ],
  },
  {
    call: 'GET /v2/customers/lookup',
    what: 'The id behind an identifier',
    query: lookup,
    answer: 'entity warnings',
    failure: customerFailure,
    differs: lookupDiffers,
  },
  {
    call: 'GET /v2/customers/lookup/customerDetails',
    what: 'The customer behind an identifier',
    query: `${lookup} embed`,
    answer: details,
    failure: customerFailure,
    differs: lookupDiffers,
    missing: { 'query embed': embed },
  },
  {
    call: 'GET /v2/customers/{id}',
    what: 'A customer',
    query: 'source embed',
    answer: details,
    failure: customerFailure,
    differs: { 'query source': 'Required, and a label: all sources share one register. ALL is taken.' },
    missing: { 'query embed': embed },
  },
  {
    call: 'PUT /v2/customers/{id}',
    what: 'Change a customer',
    query: 'source',
    body: request,
    answer: created,
    failure: customerFailure,
    differs: { ...requestDiffers, 'query source': 'Required here or in the profile, and kept as a label.' },
    missing: requestMissing,
    notes: ['Identifiers that the customer does not have are passed over with the warning 8007.'],
  },
  {
    call: 'PUT /v2/customers/lookup',
    what: 'Change the customer behind an identifier',
    query: lookup,
    body: request,
    answer: created,
    failure: customerFailure,
    differs: {
      ...requestDiffers,
      'query source': 'Required here or in the profile, and kept as a label.',
      'query identifierName': lookupDiffers['query identifierName'],
    },
    missing: requestMissing,
  },
  {
    call: 'POST /v2/customers/{id}/changeIdentifier',
    what: 'Add and remove identifiers',
    query: 'source',
    body: `add { ${identifiers} } remove { ${identifiers} }`,
    answer: 'success warnings',
    failure: customerFailure,
    differs: { 'body add.type remove.type': 'mobile, email and externalId; other kinds are 8013.' },
    notes: ['All or nothing. The last identifier of a customer stays (8002).'],
  },
  {
    call: 'GET /v2/customers/search',
    what: 'Search customers',
    query: 'q limit offset',
    answer: `
      pagination { limit offset total }
      data { userId matchedIdentifiers { ${identifiers} } profiles { ${profile} } }
      warnings errors`,
    failure: customerFailure,
    differs: {
      'query q': 'The beginning of a name or an identifier, 3 to 100 characters.',
      'answer pagination.total': 'Counted up to 10000.',
    },
  },
  {
    call: 'POST /v2/integrations/customer/upsert/bulk',
    what: 'Look customers up, register or change them',
    isMissing:
      'A wrapper around the calls above, known in outline only. Bulk goes through `counterfoil import customers`.',
  },
]
