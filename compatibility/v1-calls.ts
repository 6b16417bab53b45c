import type { ContractCall } from './contract.ts'
import { cards as noCards } from './shared-fields.ts'

/** The v1.1 calls, and those of the coupons under `/v1`. */

const notPoints = 'Points are not kept here: counted as 0.'
const status = 'status { success code message }'
const itemStatus = 'item_status { success code message }'
const customerIds = 'mobile email external_id id'
const cards = 'card_number card_external_id'
const extended = `
  id org_id tag sms_template discount_upto show_pin_code terms_and_condition created valid_till_date created_by series_code
  min_bill_amount max_bill_amount valid_with_discounted_item any_user multiple_use same_user_multiple_redeem
  expiry_strategy_value valid_days_from_create transferrable categories { category { level label } }
  brands { brand { label } } product_sku { sku { label } }`
const customer = `
  firstname lastname mobile email external_id lifetime_points lifetime_purchases loyalty_points current_slab registered_on
  updated_on type source custom_fields { field { name value } } extended_fields { field { name value } }`
const noLists = 'Points, tiers, segments, transactions and notes are not kept here: the lists stay empty.'
const passedOver = 'Passed over: nothing of it is kept here.'
const wantedCustomer = `
  mobile email external_id firstname lastname registered_on updated_on registered_till associated_with type source accountId
  fraud_status { status } commChannels { type value primary verified meta }
  custom_fields { field { name value } } extended_fields { field { name value } }
  subscriptions { subscription { priority scope channel is_subscribed } } gender referral_code`
const writtenCustomer = `
  response {
    status { success code message total success_count }
    customers { customer {
      user_id ${customer} tier_expiry_date points_summaries { points_summary } fraud_status reason
      subscriptions { subscription } side_effects { effect } item_status { success code message warnings { warning } }
    } }
  }`
const notKept = {
  'body root.customer.subscriptions root.customer.referral_code root.customer.accountId root.customer.updated_on':
    passedOver,
}
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
          code series_id description discount_code valid_till discount_type discount_value discount_upto discount_on
          detailed_info series_info { ${seriesInfo} } customer { mobile email external_id user_id ${cards} } ${itemStatus}
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
    query: `format code details coupon_code_case ${customerIds} ${cards}`,
    missing: { 'query card_number card_external_id': noCards },
    answer: `
      response {
        ${status}
        coupons { redeemable {
          mobile code is_redeemable redemptions_left no_of_redemptions_by_user coupon_value
          customer { mobile email external_id } series_info { ${seriesInfo.replace('id ', '')} ${extended} }
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
    also: ['/v1/customer/coupons'],
    what: 'Coupon history of a customer',
    query: `format ${customerIds} start_date end_date status series_id store_id order_by sort_order limit offset`,
    notes: ['created_date and date are true instants in UTC; the examples print the wall clock with a Z.'],
    answer: `
      response {
        pagination { limit offset total } ${status}
        customers { customer {
          firstname lastname email external_id mobile id
          coupons { coupon {
            id series_id series_name redemption_count created_date valid_till code transaction_number
            issued_at { code name } purpose custom_properties { custom_property { name value } }
            redemptions { redemption { id date transaction_number redeemed_at { code name } } }
          } }
          ${itemStatus}
        } }
      }`,
  },
  {
    call: 'GET /v1.1/customer/redemptions',
    also: ['/v1/customer/redemptions'],
    what: 'Redemptions of a customer',
    query: `
      format ${customerIds} identifierName identifierValue type start_date end_date entity_code coupons_limit points_limit limit coupons_start_id
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
    also: ['/v1/customer/get'],
    what: 'Customers with a list of coupons',
    query: `
      format ${customerIds} ${cards} user_id store_id coupon_limit coupon_offset coupon_order_by coupon_sort_order
      coupon_active coupon_status coupon_offer coupon_org_entity_type coupon_org_entity_value`,
    missing: {
      'query card_number card_external_id': noCards,
      'query store_id': 'Passed over, as the contract says.',
    },
    notes: [noLists],
    answer: `
      response {
        status { success code message total success_count }
        customers { customer {
          ${customer} identifiers gender registered_by registered_store { code name } registered_till { code name }
          user_groups2 fraud_details { status marked_by modified_on reason } trackers user_id current_nps_status
          transactions { transaction }
          coupons { coupon {
            id series_id code description created_date valid_till redeemed same_user_multiple_redeem
          } }
          notes points_summaries { points_summary } item_status { success code message warnings { warning } }
        } }
      }`,
  },
  {
    call: 'POST /v1.1/customer/add',
    also: ['/v1/customer/add'],
    what: 'Register customers, or update those who exist',
    query: 'format rawSideEffects mlp_single_enroll',
    missing: { 'query rawSideEffects mlp_single_enroll': passedOver, ...notKept },
    notes: ['Every custom field is taken: an organisation does not declare which ones there are.'],
    body: `root { customer { ${wantedCustomer} } }`,
    answer: writtenCustomer,
  },
  {
    call: 'POST /v1.1/customer/update',
    also: ['/v1/customer/update'],
    what: 'Change customers',
    query: 'format',
    missing: notKept,
    notes: [
      'Identifiers fill in what is missing; update_identity replaces them. fraud_status needs the right to administer the organisation.',
    ],
    body: `root { customer { id user_id ${wantedCustomer} } }`,
    answer: writtenCustomer,
  },
  {
    call: 'POST /v1.1/customer/update_identity',
    also: ['/v1/customer/update_identity'],
    what: 'Replace an identifier of a customer',
    query: 'format',
    body: 'root { customer { identifier old_value new_value } }',
    answer: `response { ${status} customers { customer { identifier old_value new_value updated ${itemStatus} } } }`,
  },
  {
    call: 'GET /v1.1/customer/search',
    also: ['/v1/customer/search'],
    what: 'Search for customers',
    query: 'format q start rows',
    differs: { 'query q': 'By one identifier, compared whole: (mobile:equals:…).' },
    answer: `
      response {
        ${status}
        customer { count start rows results { item {
          user_id org_id firstname lastname mobile email external_id loyalty_points lifetime_points lifetime_purchases
          current_slab registered_on registered_by last_trans_value attributes { attribute }
        } } }
      }`,
  },
  {
    call: 'GET /v1.1/store/get',
    also: ['/v1/store/get'],
    what: 'A store',
    query: 'format id external_id',
    answer: `
      response {
        ${status}
        stores { store {
          id name code location { latitude longitude } currency { name symbol iso_code { alpha numeric } } language
          time_zone { coordinates offset { std summer } } mobile email land_line external_id external_id_1 external_id_2
          country_name state_name city_name area_name
          template { sms { name email mobile } email { name mobile email } } ${itemStatus}
        } }
      }`,
  },
  {
    call: 'GET /v1.1/organization/entities',
    also: ['/v1/organization/entities'],
    what: 'Stores, tills, zones and concepts',
    query: `
      format type id parent_identifier_type parent_identifier_value include_parent details exclude_locale start_id limit
      modified_since active_only scope sub_entities_count language_translatons`,
    missing: { 'query scope sub_entities_count language_translatons': passedOver },
    answer: `
      response {
        pagination { limit offset total } ${status}
        organization { entities { entity {
          ${itemStatus} id is_active code name description last_updated_by last_updated_on custom_fields
          language_translations time_zone_id currency_id language_id timezones { base_timezone }
          currencies { base_currency } language_code language_locale languages { base_language } parent { id code name type }
          parent_code parent_concept_code parent_concept_name country_code username last_login parent_external_id
          parent_external_id_1 parent_external_id_2 type
        } } }
      }`,
  },
]
