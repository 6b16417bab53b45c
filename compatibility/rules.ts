import type { ContractRule } from './contract.ts'

/** What the contract says that no schema shows, and the test that holds each. */

const tests = {
  till: 'test/identity/sign-in-till.test.ts',
  client: 'test/identity/sign-in-client.test.ts',
  attribution: 'test/identity/attribution.test.ts',
  writeAccess: 'test/identity/write-access.test.ts',
  answer: 'test/ledger/customer-coupons-answer.test.ts',
  identifiers: 'test/ledger/customer-coupons-identifiers.test.ts',
  spellings: 'test/api/spellings-customers.test.ts',
  names: 'test/api/spellings.test.ts',
  status: 'test/ledger/customer-coupons-status.test.ts',
  pages: 'test/ledger/customer-coupons-pages.test.ts',
  series: 'test/ledger/series-contract.test.ts',
  seriesUse: 'test/ledger/series-use.test.ts',
  refusals: 'test/ledger/redeem-refusals.test.ts',
  order: 'test/ledger/redeem-order.test.ts',
  issueRefusals: 'test/ledger/issue-refusals.test.ts',
  issueCodes: 'test/ledger/issue-codes.test.ts',
  reverse: 'test/ledger/reverse.test.ts',
  rules: 'src/ledger/redemptions/redemption-rules.test.ts',
  expiry: 'test/ledger/expiry-and-revoke.test.ts',
  xml: 'test/api/v1_1-xml.test.ts',
  olderCodes: 'test/api/v1_1-codes.test.ts',
  olderForms: 'test/api/v1_1-forms.test.ts',
  tills: 'test/api/till-replays.test.ts',
  delivery: 'test/webhooks/webhook-delivery.test.ts',
  limits: 'test/http/rate-limits.test.ts',
  tolerances: 'test/http/tolerances.test.ts',
} as const

export const signInRules: readonly ContractRule[] = [
  {
    rule: 'Basic sign-in of a till: its code, and the lower-case hexadecimal MD5 of its password',
    test: [tests.till, 'with the published header'],
  },
  {
    rule: 'A token in X-CAP-API-OAUTH-TOKEN, bare or after Bearer',
    test: [tests.client, 'is accepted in its own header, bare and after Bearer'],
  },
  {
    rule: 'A token in CAP-API-ACCESS-TOKEN, as the overview of the contract calls the header',
    test: [tests.tolerances, 'may be a token in either header of the contract'],
  },
  {
    rule: 'X-CAP-API-ATTRIBUTION-LOOKUP-TYPE WECHAT and MOBILE_TRIGGER: the till that the organisation has mapped to the code, else the till of that code',
    test: [tests.attribution, 'leads to the till that it stands for'],
  },
  {
    rule: 'X-Cap-RequestID on every answer',
    test: [tests.tolerances, 'every answer names its request twice'],
  },
  { rule: 'A fresh token each time', test: [tests.client, 'comes in the published shape, fresh each time'] },
  {
    rule: 'Claims of the token, and a look at them by clients',
    differs: 'The claims are there; it is signed with HS256, not RS256, and not meant to be read by clients.',
  },
  {
    rule: 'X-CAP-API-ATTRIBUTION-ENTITY-TYPE and -CODE, X-CAP-API-ATTRIBUTION-LOOKUP-TYPE and -LOOKUP, X-CAP-API-ATTRIBUTION-TILL-CODE',
    test: [tests.attribution, 'to a till or store of any type that it names, in each pair of headers'],
  },
  {
    rule: '1061 when a look-up has no type, 400 for an unknown type',
    test: [tests.attribution, 'for an unknown type'],
  },
  {
    rule: 'Access groups: none, read or write per resource',
    test: [tests.writeAccess, 'is 403 for a till that may only read'],
  },
  {
    rule: 'Rate limits per call and key',
    test: [tests.limits, 'is reported with every answer, used up by requests, and refills steadily'],
    differs:
      'By kind of call, not by call: 12000 that read and 6000 that write in a minute for each till or client, configurable. The answer is 429 with Retry-After.',
  },
  {
    rule: 'Answers in XML (format=xml)',
    test: [tests.xml, 'answers every reading call with the content of the JSON'],
    differs:
      'In version 1.1, with the content of the JSON answer. Version 2 answers in JSON whatever format says.',
  },
]

export const commonRules: readonly ContractRule[] = [
  {
    rule: 'Programs of tills that call version 1.1, in text, typed JSON and XML',
    test: [tests.tills, 'works unchanged'],
  },
  {
    rule: 'Version 1.1: no item done is success "false" and code 500 at HTTP 200, also when a coupon is only checked',
    test: [tests.olderCodes, 'codes of a coupon, redeemed and asked about'],
  },
  {
    rule: 'Version 1.1: bodies in every encoding of XML, and in each form of JSON',
    test: [tests.olderForms, 'whatever Content-Type says'],
  },
  {
    rule: 'Version 1.1: paths and names in any case, and under /v1',
    test: [tests.olderForms, 'in any case of path and names'],
  },
  {
    rule: 'Paths and names of parameters in any case, a slash at the end, doubled slashes',
    test: [tests.tolerances, 'is read without regard to case, doubled slashes and one at the end'],
  },
  {
    rule: 'HTTP status of each refusal, per call',
    test: ['test/api/v2-refusals.test.ts', '%s: HTTP %i'],
  },
  {
    rule: 'The recorded answers of the customer’s coupons, compared as text',
    test: ['test/api/seed-bytes.test.ts', 'is given again byte for byte but for white space'],
  },
  {
    rule: 'A web shop that reads bodies at 2xx only and sends UTC without an offset works unchanged',
    test: ['test/api/client-replays.test.ts', 'the commerce connector of a web shop'],
  },
  {
    rule: 'Empty identifiers are ignored',
    test: [tests.spellings, 'empty identifiers beside one that is not'],
  },
  {
    rule: 'external_Id, externalId and external_id: one parameter',
    test: [tests.names, 'external_Id, externalId and external_id: %s'],
  },
  {
    rule: 'Ids and amounts as numbers or as text',
    test: [tests.spellings, 'numbers as text'],
  },
  {
    rule: 'Mobile numbers with and without the country code; answers have it',
    test: [tests.identifiers, 'is found by each identifier in each of its spellings'],
  },
  {
    rule: 'Codes are found whatever their case, and printed as coupon_code_case or couponCodeCase says; UPPER without',
    test: [tests.answer, 'prints codes in the letter case that is asked for'],
  },
  {
    rule: 'validTill is the last day at midnight, validTillDateTime its last second',
    test: [tests.answer, 'prints every instant in the zone of the organisation'],
  },
  {
    rule: 'The end of a series is reduced to a date of the server’s zone',
    test: [tests.series, 'ends with the day that %s falls on'],
    differs: 'Of the organisation’s zone: there is one server for many.',
  },
  {
    rule: 'Legacy dates print another zone’s wall clock with a Z',
    differs: 'Every date is a true instant in the organisation’s zone, with its offset.',
  },
  {
    rule: 'MM/DD/YYYY HH:mm:ss as a date, which one client sends',
    missing: 'Refused: it cannot be told from DD/MM/YYYY.',
  },
  {
    rule: 'Unknown parameters and fields are ignored; empty ones count as absent',
    test: [tests.identifiers, 'with empty and null parameters beside one identifier'],
  },
]

export const couponRules: readonly ContractRule[] = [
  {
    rule: 'redemptionsLeft is the smallest of what the limits leave, −1 without one; expiry does not zero it',
    test: [tests.rules, 'is -1 exactly when no limit applies'],
  },
  {
    rule: 'ACTIVE, EXPIRED, REDEEMED, UNREDEEMED and their intersections',
    test: [tests.status, 'lists exactly the coupons that are so'],
  },
  {
    rule: 'REDEEMABLE, which the contract does not define',
    differs: 'What the redemption rules would accept now, from this customer, without a bill or a store.',
  },
  {
    rule: 'Coupons expire with the series, after days or at the end of a month, and not after the series',
    test: [tests.seriesUse, 'whose codes lapse issues coupons to the end of a day or month'],
  },
  {
    rule: 'Limits per code, per customer and per series apply together',
    test: [tests.order, 'of several faults the first in the documented order is reported'],
  },
  {
    rule: 'Which code each broken rule gives',
    test: [tests.refusals, 'is refused with %i "%s" for %s'],
    differs: 'The contract documents the wording only; the order of the rules is in domain.md.',
  },
  {
    rule: 'A bulk redemption is all or nothing; the other coupons carry 749',
    test: [tests.refusals, 'of the same code twice in one request is refused with 716'],
  },
  {
    rule: 'One code for all (GENERIC): once per customer',
    test: [tests.issueCodes, 'gives every customer the same code once'],
  },
  {
    rule: 'Uploaded codes (DISC_CODE_PIN) are given away one by one',
    test: [tests.issueCodes, 'are given away in the order of upload'],
  },
  {
    rule: 'doNotResendExistingVoucher: false sends the coupon that still works again, true refuses',
    test: [tests.issueCodes, 'a holder gets the coupon that still works'],
  },
  {
    rule: 'Mutually exclusive series',
    test: [tests.issueRefusals, 'is refused with 709 for a holder in an excluded series'],
  },
  {
    rule: 'A reversed redemption no longer counts, and its code works again',
    test: [tests.reverse, 'a reversal gives back'],
  },
  {
    rule: 'An expiry that was set by itself holds to the second, earlier or later',
    test: [tests.expiry, 'to %s makes it %s, later or earlier'],
  },
  {
    rule: 'New customers only (targetUserDetails)',
    missing: 'Kept and printed. Bills are not known here, so there is no number of transactions to judge.',
  },
  {
    rule: 'Coupons for certain products (productInfo)',
    differs:
      'Judged where a call of `/till/v1` names the items of the bill. The calls of the contract carry none: there the till judges.',
    test: ['test/api/till/quotes.test.ts', 'judges included and excluded products and the smallest quantity'],
  },
  {
    rule: 'Past issuals of the last six months count for the limits per customer',
    differs: 'All issues count, however long ago.',
  },
  {
    rule: 'A single redemption is told as VoucherRedemption or CouponRedeem',
    test: [tests.delivery, 'receives an event for every effect on a coupon'],
    differs:
      'As CouponRedeem, from every call that redeems: each coupon of a bulk call, too, has a message of its own.',
  },
]
