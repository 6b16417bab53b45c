import { catalogue, type Code, type Refusal } from '../../values/errors.ts'
import { itemRefused } from '../../http/v1_1-envelope.ts'

/** Refusals of the coupon rules that checks and redemptions of version 1.1 print under another code than version 2. */
const olderCodes: Partial<Record<Code, Code>> = { 702: 719, 703: 710 }

/** Refusals of look-ups of customers under the codes of the customer calls. */
const customerCodes: Partial<Record<Code, Code>> = { 701: 1012, 8015: 1012 }

/** The reason of a refused coupon, as checks and redemptions print it. */
export function couponRefused(code: Code, message: string = catalogue[code].message) {
  const older = olderCodes[code]
  return older === undefined ? itemRefused(code, message) : itemRefused(older)
}

/** The code with which a customer call reports a failed item. */
export function customerCodeOf({ code, isErased }: Pick<Refusal, 'code' | 'isErased'>): Code {
  return isErased ? 8109 : (customerCodes[code] ?? code)
}
