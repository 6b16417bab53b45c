/**
 * The catalogue of refusals: the text and HTTP status of every code that an answer can carry.
 *
 * Numbers and texts of the coupon resource are those of the Capillary contract. `docs/errors.md` is generated from this
 * table.
 */

interface CatalogueEntry {
  /** HTTP status if the refusal is the whole answer. */
  readonly httpStatus: number
  /** As in `refuse.couponExpired()`. */
  readonly name: string
  readonly message: string
}

const entry = <Name extends string>(httpStatus: number, name: Name, message: string) =>
  ({ httpStatus, name, message }) as const

export const catalogue = {
  201: entry(200, 'someFailed', 'One or more requests have failed due to errors'),
  400: entry(400, 'badRequest', 'The request is malformed'),
  401: entry(401, 'notSignedIn', 'Authentication failed. Please check the credentials'),
  403: entry(
    403,
    'accessDenied',
    'Access denied. Make sure that your API resource has appropriate access control permissions.',
  ),
  404: entry(404, 'notFound', 'There is no such resource'),
  405: entry(405, 'methodNotAllowed', 'This resource does not support the method'),
  408: entry(408, 'requestTimedOut', 'The request took too long to arrive'),
  409: entry(409, 'conflict', "Not allowed in the resource's current state"),
  410: entry(410, 'gone', 'It is no longer available'),
  412: entry(412, 'changedMeanwhile', 'It has been changed in the meantime'),
  413: entry(413, 'bodyTooLarge', 'The request body is too large'),
  414: entry(414, 'pathTooLong', 'The request path is too long'),
  415: entry(415, 'unsupportedMediaType', 'The content type is not supported: send application/json'),
  422: entry(422, 'keyReused', 'This Idempotency-Key was used with another request'),
  429: entry(429, 'tooManyRequests', 'Too many requests; try again later'),
  431: entry(431, 'headersTooLarge', 'The request headers are too large'),
  500: entry(500, 'internalError', 'Internal error; quote the request id to the operator'),
  502: entry(502, 'upstreamUnreachable', 'The service that keeps this resource cannot be reached'),
  503: entry(503, 'unavailable', 'The server is overloaded; retry later'),
  504: entry(504, 'upstreamTimedOut', 'The service that keeps this resource takes too long to answer'),
  108: entry(
    400,
    'genericSeriesUnsupported',
    'Unsupported coupons series config with client handling type GENERIC',
  ),
  510: entry(400, 'redemptionIdsUnknown', 'Invalid Redemption ids present'),
  629: entry(400, 'invalidInput', 'Invalid Input'),
  633: entry(400, 'codeInvalid', 'invalid coupon code'),
  660: entry(400, 'couponRevoked', 'Coupon code has been revoked'),
  661: entry(400, 'redemptionIdMissing', 'No Redemption id passed'),
  677: entry(400, 'couponCountInvalid', 'Invalid coupon count. Minimum 1 and Maximum 500.'),
  682: entry(400, 'couponNotFound', 'Coupon not found '),
  690: entry(400, 'expiryInPast', 'Expiry date is past date'),
  691: entry(400, 'expiryBeyondSeries', 'coupon code expiry date cannot be set beyond series expiry'),
  695: entry(400, 'customerNeededForExpiry', 'User Id is mandatory for common coupon to change expiry'),
  696: entry(400, 'couponRedemptionsUsedUp', 'Redemption per coupon code limit has reached max limit'),
  700: entry(200, 'couponRedeemed', 'Coupon isRedeem successful'),
  701: entry(
    400,
    'customerNotFound',
    'The customer could not be found. Please check mobile, email, external id passed',
  ),
  702: entry(400, 'codeUnknown', 'Coupon code is invalid'),
  703: entry(400, 'couponOfAnotherCustomer', 'Coupon not issued to this customer'),
  705: entry(400, 'codesInvalid', 'Both coupon code and validation code are invalid'),
  707: entry(400, 'seriesInvalid', 'Coupon Series ID is invalid'),
  709: entry(400, 'customerHasCoupon', 'Coupon processing failed: user already has a coupon'),
  710: entry(400, 'customerNotTargeted', 'Coupon is not meant for this customer'),
  711: entry(400, 'couponUsed', 'Coupon is already used'),
  712: entry(400, 'seriesExpired', 'Coupon Series / Campaign has expired'),
  713: entry(400, 'couponExpired', 'Coupon has expired'),
  716: entry(400, 'codeRepeated', 'Cannot redeem same Coupon multiple times'),
  718: entry(400, 'transactionNumberNeeded', 'Transaction number needed for redemption'),
  719: entry(400, 'codeNotThere', 'Coupon code does not exist'),
  728: entry(400, 'seriesRedemptionsUsedUp', 'Maximum number of redemptions reached'),
  729: entry(400, 'redemptionRangeInvalid', 'Invalid redemption range For coupon series'),
  733: entry(400, 'billAmountInvalid', 'Invalid transaction amount'),
  735: entry(400, 'storeNotAllowed', 'Invalid store'),
  736: entry(400, 'customerRedemptionsUsedUp', 'Allowed redemption consumed'),
  738: entry(400, 'redemptionTooSoon', 'Allowed redemption gap is invalid'),
  739: entry(400, 'redemptionDateNotAllowed', 'Allowed redemption date is invalid'),
  742: entry(400, 'customerBlocked', 'Coupon issue and redemption blocked for customer'),
  745: entry(200, 'termNotJudged', 'A term is kept and not judged'),
  749: entry(
    400,
    'otherCouponRefused',
    'Coupon Redeem/isRedeem failed because of failure on other coupons in the batch',
  ),
  751: entry(400, 'seriesCodeTaken', 'coupon series with same series code is already present'),
  752: entry(400, 'seriesCodeTakenOnUpdate', 'coupon series with same series code is already present'),
  753: entry(400, 'seriesCodeEmpty', 'series code cannot be empty'),
  754: entry(400, 'genericCodeEmpty', 'generic cannot be empty for series type GENERIC'),
  756: entry(400, 'fieldMissing', 'A mandatory field is missing'),
  761: entry(200, 'redemptionUpdated', 'Coupon redemption update successful'),
  762: entry(200, 'redemptionPartlyUpdated', 'Coupon redemption update partially successful'),
  780: entry(200, 'couponNotRedeemable', 'Coupon isRedeem failed'),
  781: entry(400, 'couponIdOrCodeMissing', 'Either coupon ID or coupon code is missing'),
  900: entry(200, 'storeFound', 'Store Info Retrieval Successful'),
  902: entry(400, 'storeUnknown', 'Invalid store id'),
  903: entry(400, 'storeIdMissing', 'Store id is missing'),
  1000: entry(400, 'filtersMissing', 'Filters not provided'),
  1001: entry(400, 'olderMobileInvalid', 'Invalid mobile number'),
  1002: entry(400, 'olderEmailInvalid', 'Invalid email address'),
  1003: entry(400, 'olderExternalIdInvalid', 'Invalid external id'),
  1007: entry(400, 'olderIdentifierMissing', 'Provide a mobile number, an email address or an external id'),
  1012: entry(400, 'olderCustomerUnknown', 'Customer not found'),
  1016: entry(400, 'externalIdOfAnotherCustomer', 'The external id belongs to another customer'),
  1017: entry(200, 'customFieldInvalid', 'Provided Custom Field is invalid'),
  1032: entry(400, 'mobileOfAnotherCustomer', 'The mobile number belongs to another customer'),
  1033: entry(400, 'emailOfAnotherCustomer', 'The email address belongs to another customer'),
  1034: entry(400, 'olderDateInvalid', 'The date of registration is out of range'),
  1040: entry(200, 'identityChanged', 'Customer identity change request added successfully'),
  1041: entry(400, 'identityInvalid', 'The identity change request is not valid'),
  1042: entry(400, 'identityTaken', 'The new value belongs to another customer'),
  1046: entry(400, 'olderLoyaltyTypeFixed', 'A loyalty customer cannot become a non-loyalty one'),
  1047: entry(400, 'identifiersContradict', 'The given identifiers belong to different customers'),
  1060: entry(400, 'batchTooLarge', 'The request has more items than a batch may have'),
  1061: entry(
    400,
    'attributionTypeMissing',
    'X-CAP-API-ATTRIBUTION-LOOKUP needs X-CAP-API-ATTRIBUTION-LOOKUP-TYPE beside it',
  ),
  1207: entry(400, 'nameTaken', 'The name exists already'),
  1214: entry(400, 'storeInvalid', 'The store is not valid'),
  5001: entry(400, 'seriesIssuesUsedUp', 'max create for series exceeded'),
  5002: entry(400, 'customerIssuesUsedUp', 'max coupon per user exceeded'),
  5004: entry(
    400,
    'oneCouponPerCustomer',
    'Issue only one coupon. Since isAllowMultipleVouchersPerUser=false.',
  ),
  5005: entry(400, 'noCodesLeft', 'The queue of codes of the series is empty'),
  5006: entry(400, 'codePatternExhausted', 'The code pattern of this series is exhausted'),
  5007: entry(400, 'codesGuessable', 'Codes of this form could be guessed'),
  8001: entry(400, 'sourceMissing', 'The source is missing'),
  8002: entry(400, 'identifiersMissing', 'Identifiers are missing'),
  8003: entry(400, 'sourceInvalid', 'The source is not valid'),
  8005: entry(400, 'noValidIdentifier', 'No valid identifier to add the customer with'),
  // The contract prints it like this, with two spaces.
  8006: entry(400, 'customerExists', 'Add failed , Customer already exists for same  source'),
  8007: entry(
    400,
    'identifierTypeTaken',
    'Update failed: a customer can have only one identifier of each type',
  ),
  8008: entry(
    400,
    'identifierOfAnotherCustomer',
    'Update failed: the identifier belongs to another customer',
  ),
  8009: entry(400, 'identifierUnknown', 'Update failed: the customer has no such identifier'),
  8010: entry(400, 'channelInvalid', 'A communication channel is not valid'),
  8011: entry(400, 'updateSourceMissing', 'The source is missing'),
  8012: entry(400, 'updateSourceInvalid', 'The source is not valid'),
  8013: entry(400, 'identifierTypeInvalid', 'The identifier type is not valid'),
  8014: entry(400, 'mobileInvalid', 'Mobile number validation failed'),
  8015: entry(404, 'customerUnknown', 'Customer not found for the given identifiers'),
  8016: entry(400, 'lookupSourceMissing', 'The source is missing'),
  8017: entry(400, 'registrationDateInvalid', 'The date of registration is not valid'),
  8018: entry(400, 'loyaltyTypeFixed', 'A loyalty customer cannot become a non-loyalty one'),
  8092: entry(400, 'identifierTypeMissing', 'The type of the identifier is missing'),
  8093: entry(400, 'identifierValueMissing', 'The value of the identifier is missing'),
  8100: entry(400, 'offsetTooSmall', 'The offset is less than 0'),
  8101: entry(400, 'limitTooSmall', 'The limit is less than 1'),
  8102: entry(400, 'limitTooLarge', 'The limit is more than 100'),
  8109: entry(400, 'customerErased', 'Customer is deleted after PII delete request'),
  8130: entry(400, 'identifierEmpty', 'An identifier is empty'),
  9001: entry(409, 'seriesExcluded', 'A coupon of another series excludes this one on the same bill'),
  9002: entry(409, 'noItemQualifies', 'The coupon does not apply to any item of the bill'),
  9003: entry(409, 'tooFewItems', 'The bill has too few of the items that the coupon applies to'),
  9004: entry(400, 'discountNotCovered', 'The discount amount is negative or more than the bill has left'),
  9005: entry(409, 'budgetUsedUp', 'The budget of the series has no room for the discount'),
  9006: entry(409, 'customerBudgetUsedUp', 'The budget of the customer has no room for the discount'),
  9007: entry(409, 'periodBudgetUsedUp', 'The budget of the period has no room for the discount'),
  9008: entry(409, 'periodUsesUsedUp', 'The series allows no more redemptions in this period'),
  9009: entry(409, 'customerPeriodUsesUsedUp', 'The customer may not redeem more often in this period'),
  9011: entry(409, 'holdUnknown', 'There is no such hold'),
  9012: entry(409, 'holdEnded', 'The hold has been redeemed or replaced, or it has ended otherwise'),
  9013: entry(409, 'returnTooMuch', 'Less of the discount is left to return'),
  9014: entry(409, 'discountUnknown', 'The discount of the redemption is unknown'),
  9015: entry(409, 'itemsUnknown', 'The shares of the items in the discount are unknown'),
  9016: entry(409, 'itemNotLeft', 'The item is not on the bill, or has already been returned'),
  9017: entry(409, 'billAmbiguous', 'Several bills have the transaction number'),
  9021: entry(409, 'seriesStopped', 'The series has been stopped'),
  9022: entry(409, 'seriesPaused', 'The series is paused'),
  9023: entry(409, 'issueNotBegun', 'The series does not issue coupons yet'),
  10001: entry(400, 'customerNotAdded', 'Adding the customer failed'),
  10002: entry(400, 'customerNotUpdated', 'Updating the customer failed'),
  91006: entry(200, 'identifierKept', 'An identifier is not replaced'),
  91007: entry(200, 'identifierLeftOut', 'An identifier belongs to another customer and was left out'),
  91015: entry(200, 'fieldTooLong', 'A field is too long and was left out'),
  91020: entry(200, 'registeringTillUnknown', 'Unknown till; the till of the caller was used instead'),
  91021: entry(200, 'fraudStatusKept', 'The fraud status was left as it is: the caller may not change it'),
} as const satisfies Record<number, CatalogueEntry>

export type Code = keyof typeof catalogue

/** A quota that a request would have exceeded, as reported in `RateLimit` and `RateLimit-Policy`. */
export interface Quota {
  readonly policy: string
  readonly quota: number
  readonly windowS: number
  readonly left: number
  /** Seconds until the quota is full again. */
  readonly resetS: number
}

interface RefusalOptions {
  readonly retryAfterS?: number
  readonly quota?: Quota
  readonly version?: number
  readonly current?: object
  readonly field?: string
  readonly allowed?: string
  readonly isErased?: boolean
  /** Replaces the status of the catalogue. */
  readonly httpStatus?: number
}

/** A refused request. Thrown by operations and endpoints; the error handler wraps it in the answer's envelope. */
export class Refusal extends Error {
  readonly code: Code
  readonly httpStatus: number
  /** Seconds after which the same request may succeed; sent as `Retry-After`. */
  readonly retryAfterS: number | undefined
  /** Of a 429: the exhausted quota. */
  readonly quota: Quota | undefined
  /** Of a 412: the current version. */
  readonly version: number | undefined
  /** Of a 412: the current record, as its own call prints it. */
  readonly current: object | undefined
  /** The invalid field or parameter of the request; `.` separates nested names. */
  readonly field: string | undefined
  /** The allowed values of the field. */
  readonly allowed: string | undefined
  /** Of an unknown customer: the person was erased. */
  readonly isErased: boolean

  /** @param message replaces the catalogue's text with a more specific one. */
  constructor(code: Code, message?: string, options: RefusalOptions = {}) {
    super(message ?? catalogue[code].message)
    this.name = 'Refusal'
    this.code = code
    this.httpStatus = options.httpStatus ?? catalogue[code].httpStatus
    this.retryAfterS = options.retryAfterS
    this.quota = options.quota
    this.version = options.version
    this.current = options.current
    this.field = options.field
    this.allowed = options.allowed
    this.isErased = options.isErased ?? false
  }
}

type Name = (typeof catalogue)[Code]['name']

/** Creates a refusal. @param message replaces the catalogue's text with a more specific one. */
type Refuse = (message?: string, options?: RefusalOptions) => Refusal

/** Refusals by name: `throw refuse.customerNotFound()`. */
export const refuse = Object.fromEntries(
  Object.entries(catalogue).map(([code, { name }]): [Name, Refuse] => [
    name,
    (message, options) => new Refusal(Number(code) as Code, message, options),
  ]),
) as Readonly<Record<Name, Refuse>>

const shownLength = 64

/** Quotes a caller's value for an error text, truncated to 64 characters. */
export function quote(value: string): string {
  // Truncated by code points, so that none is split; twice the length in UTF-16 contains as many as are shown.
  const characters = Array.from(value.slice(0, 2 * shownLength + 1))
  return `"${characters.length > shownLength ? `${characters.slice(0, shownLength).join('')}…` : value}"`
}

/** 400 for a known parameter with an invalid value: names the parameter, the value and what is allowed. */
export function badParameter(name: string, value: string, allowed: string): Refusal {
  return refuse.badRequest(`Invalid value ${quote(value)} for ${name}: ${allowed}`, { field: name, allowed })
}

/**
 * A failure that an operator can fix (a port in use, an unreachable database). Printed as one line without a stack; the
 * process exits with code 1.
 */
export class OperatorError extends Error {
  override name = 'OperatorError'
}
