import type { ContractCall } from './contract.ts'
import { cards as noCards } from './shared-fields.ts'

/** The v1.1 calls, and those of the coupons under `/v1`. */

const notPoints = 'Points are not kept here: counted as 0.'
const status = 'status { success code message }'
const itemStatus = 'item_status { success code message }'
const customerIds = 'mobile email external_id id'
const cards = 'card_number card_external_id'
const seriesInfo =
  'id description discount_code valid_till discount_type discount_value discount_on detailed_info'

export const v1Calls: readonly ContractCall[] = [
  {
    call: 'POST /v1.1/coupon/issue',
    also: ['/v1/coupon/issue'],
    what: 'Issue a coupon',
    query: 'format user_id',
    missing: {
      'body root.coupon.customer.card_number root.coupon.customer.card_external_id': noCards,
      'answer response.coupon.customer.card_number response.coupon.customer.card_external_id': noCards,
    },
    body: `root { coupon { series_id customer { ${customerIds} ${cards} } } }`,
    answer: `
      response {
        ${status}
        coupon {
          code valid_till series_info { ${seriesInfo} } customer { mobile email external_id user_id ${cards} } ${itemStatus}
        }
      }`,
  },
  {
    call: 'GET /v1.1/coupon/resend',
    also: ['/v1/coupon/resend'],
    what: 'Send a coupon again',
    query: `format id code ${customerIds.replace(' id', '')}`,
    answer: `response { ${status} coupons { coupon { id code ${itemStatus} } } }`,
  },
  {
    call: 'POST /v1.1/coupon/redeem',
    also: ['/v1/coupon/redeem'],
    what: 'Redeem a coupon',
    query: 'format user_id',
    missing: {
      'body root.coupon.validation_code': 'Passed over: coupons have one code here.',
      'body root.coupon.customer.card_number root.coupon.customer.card_external_id': noCards,
    },
    body: `
      root { coupon {
        code id validation_code customer { ${customerIds} ${cards} } custom_fields { field { name value } }
        redemption_time transaction { number amount }
      } }`,
    answer: `
      response {
        ${status}
        coupons { coupon {
          customer { mobile email external_id } redemption_id code discount_code series_code series_info is_absolute
          coupon_value transaction { amount number } side_effects ${itemStatus}
        } }
      }`,
  },
  {
    call: 'GET /v1.1/coupon/get',
    also: ['/v1/coupon/get'],
    what: 'Coupons by code',
    query: 'format code id issuedToIds coupon_code_case user_id',
    answer: `
      response {
        ${status.replace('success', 'success status')}
        coupons { coupon {
          id code valid_till issued_on valid_from purpose custom_properties { custom_property { name value } }
          series_id is_absolute value discount_upto customer { id name mobile email external_id }
          redemption_info {
            redeemed id redeemed_on redeemed_at redeemed_by { firstname lastname email mobile } store { code name }
            transaction { id bill_number }
          }
          pincode issued_store { code name } ${itemStatus}
        } }
      }`,
  },
  {
    call: 'GET /v1.1/coupon/isredeemable',
    also: ['/v1/coupon/isredeemable'],
    what: 'Would this coupon be redeemed?',
    query: `format code details ${customerIds} ${cards}`,
    missing: { 'query card_number card_external_id': noCards },
    answer: `
      response {
        ${status}
        coupons { redeemable {
          mobile code is_redeemable redemptions_left no_of_redemptions_by_user coupon_value
          customer { mobile email external_id } series_info { ${seriesInfo.replace('id ', '')} }
          ${itemStatus.replace('success', 'success status')}
        } }
      }`,
  },
  {
    call: 'GET /v1.1/coupon/series',
    also: ['/v1/coupon/series'],
    what: 'Series',
    query: 'format id expired',
    answer: `
      response {
        ${status}
        series { items { item {
          id description series_type client_handling_type discount_code valid_till_date valid_days_from_create
          expiry_strategy_type expiry_strategy_value max_create max_redeem transferrable any_user
          same_user_multiple_redeem allow_referral_existing_users multiple_use is_validation_required
          valid_with_discounted_item created_by created last_used series_code disable_sms info
          allow_multiple_vouchers_per_user do_not_resend_existing_voucher mutual_exclusive_series_ids store_ids_json
          dvs_enabled dvs_expiry_date priority short_sms_template max_vouchers_per_user min_days_between_vouchers
          max_referrals_per_referee discount_on discount_type discount_value redemption_range min_bill_amount
          max_bill_amount redeem_at_store campaign_id max_redemptions_in_series_per_user
          min_days_between_redemption redemption_valid_from source_org_id issue_to_loyalty redeem_store_type
          old_flow_enabled pre_redeem_event_required coupons { issued redeemed } offline_redemption_enabled
          ${itemStatus} valid_redemption_org_entities { concepts zones stores tills } products brands categories
        } } }
      }`,
  },
  {
    call: 'GET /v1.1/customer/coupons',
    what: 'Coupon history of a customer',
    query: `format ${customerIds} start_date end_date status series_id store_id order_by sort_order limit offset`,
    answer: `
      response {
        pagination { limit offset total } ${status}
        customers { customer {
          firstname lastname email mobile external_id id
          coupons { coupon {
            id redemption_count created_date valid_till code transaction_number
            redemptions { redemption { date transaction_number redeemed_at { code name } } }
          } }
          ${itemStatus}
        } }
      }`,
  },
  {
    call: 'GET /v1.1/customer/redemptions',
    what: 'Redemptions of a customer',
    query: `
      format ${customerIds} type start_date end_date entity_code coupons_limit points_limit limit coupons_start_id
      coupons_end_id sort order points_offset mlp user_id merchant_store_id program_id`,
    missing: {
      'query points_limit points_offset': notPoints,
      'query mlp merchant_store_id program_id': 'Belong to loyalty programs, which are not kept here.',
    },
    answer: `
      response {
        ${status}
        customer {
          mobile email external_id firstname lastname user_groups2 rows coupons_count points_count
          coupons_start_id points_start_id
          redemptions {
            coupons { coupon {
              id code series_id description discount_code discount_type discount_value transaction_number bill_id
              redeemed_time redeemed_at redeemed_store { name code } redeemed_till { name code }
              custom_fields { field }
            } }
            points { point }
          }
        }
      }`,
  },
  {
    call: 'GET /v1.1/customer/get',
    what: 'A customer with a list of coupons',
    query: `format ${customerIds} coupon_limit coupon_offset coupon_order_by coupon_sort_order coupon_active`,
    answer: `
      response {
        ${status}
        customers { customer {
          coupons { id series_id code description created_date valid_till redeemed } ${itemStatus}
        } }
      }`,
  },
  {
    call: 'POST /v1.1/customer/add',
    what: 'Register a customer',
    isMissing: 'Not a call of coupons: `POST /v2/customers` registers.',
  },
  {
    call: 'GET /v1.1/organization/entities',
    what: 'Stores, tills, zones and concepts',
    isMissing: 'Not a call of coupons: `GET /v2/locations` lists them.',
  },
]
