import type { Caller } from '../../values/caller.ts'
import type { CustomerCouponsQuery } from '../../ledger/coupons/list-customer-coupons.ts'
import { type Refusal, refuse } from '../../values/errors.ts'
import { maxId } from '../../values/ids.ts'
import { readInteger, type Query } from '../../http/query-parameters.ts'
import { itemRefused, type Item } from '../../http/v1_1-envelope.ts'
import { readIdentifiers } from '../v2/customer-coupons.ts'
import { readQueryFields, sentToWire } from './customer.ts'
import { customerCodeOf } from './refusals.ts'

/** What the calls for the coupons of a customer share. */

export const historyStatuses = ['unredeemed', 'redeemed', 'expired', 'active'] as const
export const statusOfParameter = {
  unredeemed: 'UNREDEEMED',
  redeemed: 'REDEEMED',
  expired: 'EXPIRED',
  active: 'ACTIVE',
} as const

/** The customer of a call for one customer. @throws Refusal 400 if none is named. */
export function readCustomerOfHistory(
  query: Query,
  caller: Caller,
): Pick<CustomerCouponsQuery, 'identifiers' | 'customerId'> {
  const identifiers = readIdentifiers(query, caller)
  const customerId = readInteger(query, 'id', { min: 1, max: maxId })
  if (identifiers.length === 0 && customerId === undefined)
    throw refuse.badRequest('Name the customer by one of mobile, email, external_id or id')
  return { identifiers, customerId }
}

/** An unknown customer, printed with the identifiers that were sent. */
export function noCustomerToWire(query: Query, refusal: Refusal): Item {
  const { id, ...sent } = readQueryFields(query)
  const given = Object.entries({ ...sentToWire(sent), id: id ?? null }).filter(([, value]) => value !== null)
  const code = customerCodeOf(refusal)
  return {
    isFailed: true,
    wire: { ...Object.fromEntries(given), item_status: itemRefused(code, textOf(refusal, code)) },
  }
}

/** The message of a code of these calls is the text of that code. */
const textOf = (refusal: Refusal, code: number): string | undefined =>
  refusal.code === code ? refusal.message : undefined
