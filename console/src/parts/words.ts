import type { Role } from '../api/types.ts'

/** Someone else has saved the same form meanwhile. */
export const staleTitle = 'Another person has changed this since you opened it'
export const staleWords =
  'Your changes were not saved. Compare both versions: show the current state, or overwrite it with yours, and the changes of the other person are lost.'
export const overwriteVerb = 'Overwrite'
export const reloadVerb = 'Show the current state'

/** The server's rule for new passwords. */
export const passwordRule = 'At least 12 characters, or 4 different words; no common password and no name.'

/** Refusal codes in the words of customer care. Short for a row, long for a sentence. */
interface Words {
  readonly short: string
  readonly long: string
  /** Whether it could work at another place, time or bill. */
  readonly isPassing?: boolean
}

const refusals: Readonly<Record<number, Words>> = {
  660: { short: 'Revoked', long: 'The coupon was revoked and cannot be used again.' },
  696: { short: 'Use limit reached', long: 'This coupon has been used as often as it may be.' },
  701: { short: 'Unknown customer', long: 'There is no such customer.' },
  702: { short: 'Unknown code', long: 'There is no coupon with this code. Check for a typing mistake.' },
  703: {
    short: 'Somebody else’s',
    long: 'The coupon belongs to another customer, and only the holder may use it.',
  },
  710: {
    short: 'Other customers only',
    long: 'The series is for customers who registered in a certain time.',
  },
  711: { short: 'Used', long: 'The coupon is good for one use, and was used.' },
  712: { short: 'Series ended', long: 'The series that the coupon belongs to has ended.' },
  713: { short: 'Expired', long: 'The coupon has expired. It can be extended while its series runs.' },
  716: { short: 'Used by customer', long: 'This customer has used the coupon, and may not use it again.' },
  718: { short: 'Needs a bill number', long: 'A bill number is required.', isPassing: true },
  728: { short: 'Series used up', long: 'The series has reached its limit of redemptions.' },
  729: {
    short: 'Not at this time',
    long: 'The coupon does not work on this day or at this hour.',
    isPassing: true,
  },
  733: {
    short: 'Bill amount',
    long: 'The bill is smaller or larger than the coupon allows.',
    isPassing: true,
  },
  735: { short: 'Other stores only', long: 'The coupon does not work in this store.', isPassing: true },
  736: {
    short: 'Customer’s limit',
    long: 'The customer has used coupons of this series as often as allowed.',
  },
  738: {
    short: 'Too soon',
    long: 'Too little time has passed since the customer’s last redemption.',
    isPassing: true,
  },
  739: { short: 'Not valid yet', long: 'The coupon’s first day has not come.', isPassing: true },
  742: {
    short: 'Customer blocked',
    long: 'The customer is blocked: nothing is issued to or redeemed by them.',
  },
  405: { short: 'Redeemed', long: 'The coupon was redeemed. Reverse the redemption first.' },
  510: { short: 'Reversed already', long: 'This redemption was reversed already, or does not exist.' },
  633: { short: 'Unknown code', long: 'There is no coupon with this code.' },
  682: { short: 'Unknown code', long: 'There is no such coupon, or it was revoked already.' },
  690: { short: 'In the past', long: 'The new day has passed already.' },
  691: { short: 'After the series', long: 'No coupon lasts longer than its series.' },
  709: {
    short: 'Has one',
    long: 'The customer holds a coupon that excludes another one, or had one too recently.',
  },
  9001: {
    short: 'Excluded',
    long: 'A coupon of another series excludes this one on the same bill.',
    isPassing: true,
  },
  9002: {
    short: 'Other products only',
    long: 'The coupon does not apply to any item of the bill.',
    isPassing: true,
  },
  9003: {
    short: 'Too few items',
    long: 'The bill has too few of the items that the coupon applies to.',
    isPassing: true,
  },
  9004: {
    short: 'Discount too large',
    long: 'The stated discount is negative, or exceeds what the bill has left.',
    isPassing: true,
  },
  9005: { short: 'Budget used up', long: 'The budget of the series has no room for the discount.' },
  9006: { short: 'Customer’s budget', long: 'The budget of the customer has no room for the discount.' },
  9007: {
    short: 'Budget of the period',
    long: 'The budget of this day, week or month has no room for the discount.',
    isPassing: true,
  },
  9008: {
    short: 'Uses of the period',
    long: 'The series may not be used more often in this day, week or month.',
    isPassing: true,
  },
  9009: {
    short: 'Customer’s uses',
    long: 'The customer may not use the series more often in this day, week or month.',
    isPassing: true,
  },
  9021: { short: 'Series stopped', long: 'The series has been stopped: no coupon of it works.' },
  9022: {
    short: 'Series paused',
    long: 'The series is paused. The coupon works again when it is resumed.',
    isPassing: true,
  },
  9023: { short: 'Not issued yet', long: 'The series does not issue coupons yet.', isPassing: true },
  8006: { short: 'Registered already', long: 'Another customer has this number, address or external id.' },
  8008: { short: 'Somebody else’s', long: 'Another customer has this number, address or external id.' },
  8014: {
    short: 'Not a mobile number',
    long: 'This is not a mobile number. Check it, or add the country code.',
  },
  5001: { short: 'All given out', long: 'The series has given out as many coupons as it may.' },
  5002: {
    short: 'Customer has enough',
    long: 'The customer holds as many coupons of this series as allowed.',
  },
  5004: { short: 'One per customer', long: 'The customer holds a coupon of this series, and may have one.' },
  5005: {
    short: 'No codes left',
    long: 'No uploaded or generated codes of this series are left to give away.',
  },
  5006: {
    short: 'No room',
    long: 'At most half of the codes of this form may be taken. Make the codes longer.',
  },
  5007: {
    short: 'Weak codes',
    long: 'Together with the existing codes, these could be guessed within a year. Make them longer, or allow it.',
  },
}

/** @param message the server's text if there are no words for the code. */
export const shortRefusal = (code: number, message: string): string => refusals[code]?.short ?? message
export const longRefusal = (code: number, message: string): string => refusals[code]?.long ?? message
export const isPassing = (code: number): boolean => refusals[code]?.isPassing === true

/** The name of each redemption rule. */
export const ruleNames: Readonly<Record<string, string>> = {
  notRevoked: 'Not revoked',
  seriesNotExpired: 'Series is running',
  seriesNotStopped: 'Series is not stopped',
  seriesNotPaused: 'Series is not paused',
  couponNotExpired: 'Coupon has not expired',
  begun: 'First day has come',
  ownCoupon: 'Held by this customer',
  customerNotBlocked: 'Customer is not blocked',
  registrationWindow: 'Customer registered in time',
  place: 'Works in this store',
  billAmount: 'Bill amount is within bounds',
  products: 'Applies to an item of the bill',
  minQuantity: 'Enough items that it applies to',
  dayAndHour: 'Day and hour are allowed',
  transactionNumber: 'Bill number is given where required',
  singleUse: 'Unused, if good for one use',
  oncePerCustomer: 'Not used by this customer, if once each',
  couponLimit: 'Uses of the coupon',
  customerLimit: 'Customer’s uses in the series',
  gap: 'Enough time since the last use',
  seriesLimit: 'Uses of the whole series',
  customerPeriodUses: 'Customer’s uses in the period',
  periodUses: 'Uses of the series in the period',
  customerBudget: 'Budget of the customer',
  periodBudget: 'Budget of the period',
  budget: 'Budget of the series',
}

export const roleNames: Readonly<Record<Role, string>> = {
  care: 'Customer care',
  campaign: 'Campaigns',
  admin: 'Administrator',
  auditor: 'Auditor',
}

/** Descriptions of the roles. */
export const roleWords: Readonly<Record<Role, string>> = {
  care: 'Finds customers; issues, redeems, reverses, returns, extends and revokes single coupons.',
  campaign: 'Creates and edits series, makes and exports codes; sees no customers.',
  admin: 'Everything.',
  auditor: 'Reads everything, the audit log too; changes nothing.',
}

export const kindNames: Readonly<Record<string, string>> = {
  DISC_CODE: 'A code for each customer, drawn at issue',
  DISC_CODE_PIN: 'Codes made or uploaded beforehand',
  GENERIC: 'One code for everybody',
}
