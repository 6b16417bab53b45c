/**
 * The catalogue of refusals: every code that an answer can carry, its text and its HTTP status, once.
 *
 * Numbers and texts of the coupon resource are those of the Capillary contract. `docs/errors.md` is generated
 * from this table.
 */

interface CatalogueEntry {
  /** HTTP status when the refusal is the whole answer. */
  readonly httpStatus: number
  readonly message: string
}

const entry = (httpStatus: number, message: string): CatalogueEntry => ({ httpStatus, message })

export const catalogue = {
  400: entry(400, 'The request is malformed'),
  401: entry(401, 'Authentication failed. Please check the credentials'),
  403: entry(
    403,
    'Access denied. Make sure that your API resource has appropriate access control permissions.',
  ),
  404: entry(404, 'There is no such resource'),
  405: entry(405, 'This resource does not support the method'),
  409: entry(409, 'This is not possible in the state it is in'),
  412: entry(412, 'It was changed meanwhile'),
  410: entry(410, 'It is no longer available'),
  408: entry(408, 'The request took too long to arrive'),
  413: entry(413, 'The request body is too large'),
  414: entry(414, 'The request path is too long'),
  415: entry(415, 'The content type is not supported: send application/json'),
  429: entry(429, 'Too many requests; try again later'),
  431: entry(431, 'The request headers are too large'),
  500: entry(500, 'Something failed inside; quote the request id to the operator'),
  503: entry(503, 'The server has more to do than it can take on; try again'),
  422: entry(422, 'This Idempotency-Key was used with another request'),
  1060: entry(400, 'The request holds more than one batch may'),
  1061: entry(400, 'X-CAP-API-ATTRIBUTION-LOOKUP needs X-CAP-API-ATTRIBUTION-LOOKUP-TYPE beside it'),
  8001: entry(400, 'The source is missing'),
  8002: entry(400, 'Identifiers are missing'),
  8003: entry(400, 'The source is not valid'),
  8005: entry(400, 'No valid identifier to add the customer with'),
  // The contract prints it so, with two spaces.
  8006: entry(400, 'Add failed , Customer already exists for same  source'),
  8007: entry(400, 'Update failed: a customer has one identifier of a type'),
  8008: entry(400, 'Update failed: the identifier belongs to another customer'),
  8009: entry(400, 'Update failed: the customer has no such identifier'),
  8010: entry(400, 'A communication channel is not valid'),
  8011: entry(400, 'The source is missing'),
  8012: entry(400, 'The source is not valid'),
  8013: entry(400, 'The identifier type is not valid'),
  8014: entry(400, 'Mobile number validation failed'),
  8015: entry(404, 'Customer not found for the given identifiers'),
  8016: entry(400, 'The source is missing'),
  8017: entry(400, 'The date of registration is not valid'),
  8018: entry(400, 'A loyalty customer does not become a non-loyalty one'),
  8092: entry(400, 'The type of the identifier is missing'),
  8093: entry(400, 'The value of the identifier is missing'),
  8100: entry(400, 'The offset is less than 0'),
  8101: entry(400, 'The limit is less than 1'),
  8102: entry(400, 'The limit is more than 100'),
  8130: entry(400, 'An identifier is empty'),
  1207: entry(400, 'The name exists already'),
  1214: entry(400, 'The store is not valid'),

  108: entry(400, 'Unsupported coupons series config with client handling type GENERIC'),
  660: entry(400, 'Coupon code has been revoked'),
  696: entry(400, 'Redemption per coupon code limit has reached max limit'),
  510: entry(400, 'Invalid Redemption ids present'),
  629: entry(400, 'Invalid Input'),
  633: entry(400, 'invalid coupon code'),
  661: entry(400, 'No Redemption id passed'),
  677: entry(400, 'Invalid coupon count. Minimum 1 and Maximum 500.'),
  682: entry(400, 'Coupon not found '),
  690: entry(400, 'Expiry date is past date'),
  691: entry(400, 'coupon code expiry date cannot be set beyond series expiry'),
  695: entry(400, 'User Id is mandatory for common coupon to change expiry'),
  700: entry(200, 'Coupon isRedeem successful'),
  701: entry(400, 'The customer could not be found. Please check mobile, email, external id passed'),
  702: entry(400, 'Coupon code is invalid'),
  707: entry(400, 'Coupon Series ID is invalid'),
  709: entry(400, 'Coupon processing failed: user already has a coupon'),
  703: entry(400, 'Coupon not issued to this customer'),
  705: entry(400, 'Both coupon code and validation code are invalid'),
  711: entry(400, 'Coupon is already used'),
  712: entry(400, 'Coupon Series / Campaign has expired'),
  713: entry(400, 'Coupon has expired'),
  716: entry(400, 'Cannot redeem same Coupon multiple times'),
  718: entry(400, 'Transaction number needed for redemption'),
  728: entry(400, 'Maximum number of redemptions reached'),
  729: entry(400, 'Invalid redemption range For coupon series'),
  733: entry(400, 'Invalid transaction amount'),
  735: entry(400, 'Invalid store'),
  736: entry(400, 'Allowed redemption consumed'),
  738: entry(400, 'Allowed redemption gap is invalid'),
  739: entry(400, 'Allowed redemption date is invalid'),
  742: entry(400, 'Coupon issue and redemption blocked for customer'),
  749: entry(400, 'Coupon Redeem/isRedeem failed because of failure on other coupons in the batch'),
  751: entry(400, 'coupon series with same series code is already present'),
  752: entry(400, 'coupon series with same series code is already present'),
  753: entry(400, 'series code cannot be empty'),
  754: entry(400, 'generic cannot be empty for series type GENERIC'),
  756: entry(400, 'A mandatory field is missing'),
  761: entry(200, 'Coupon redemption update successful'),
  762: entry(200, 'Coupon redemption update partially successful'),
  780: entry(200, 'Coupon isRedeem failed'),
  781: entry(400, 'Either coupon ID or coupon code is missing'),
  1000: entry(400, 'Filters not provided'),
  5001: entry(400, 'max create for series exceeded'),
  5002: entry(400, 'max coupon per user exceeded'),
  5004: entry(400, 'Issue only one coupon. Since isAllowMultipleVouchersPerUser=false.'),
  5005: entry(400, 'The queue of codes of the series is empty'),
  5006: entry(400, 'The form of the codes of the series has no room for more'),
  5007: entry(400, 'Codes of this form could be guessed'),
} as const satisfies Record<number, CatalogueEntry>

export type Code = keyof typeof catalogue

/** A quota that a request would have exceeded, as `RateLimit` and `RateLimit-Policy` tell it. */
export interface Quota {
  readonly policy: string
  readonly quota: number
  readonly windowS: number
  readonly left: number
  /** Seconds until all of the quota is there again. */
  readonly resetS: number
}

interface RefusalOptions {
  readonly retryAfterS?: number
  readonly quota?: Quota
  readonly version?: number
}

/** A request that cannot be carried out. Thrown by verbs and endpoints; the error handler gives it its envelope. */
export class Refusal extends Error {
  readonly code: Code
  readonly httpStatus: number
  /** Seconds after which the same request may succeed; sent as `Retry-After`. */
  readonly retryAfterS: number | undefined
  /** Of a 429: what is used up. */
  readonly quota: Quota | undefined
  /** Of a 412: the version that it is in. */
  readonly version: number | undefined

  /** @param message replaces the catalogue's text where there is more to say. */
  constructor(code: Code, message?: string, options: RefusalOptions = {}) {
    super(message ?? catalogue[code].message)
    this.name = 'Refusal'
    this.code = code
    this.httpStatus = catalogue[code].httpStatus
    this.retryAfterS = options.retryAfterS
    this.quota = options.quota
    this.version = options.version
  }
}

/** Why the server answers 503, each with its text and the seconds after which another try makes sense. */
export const unavailable = {
  overloaded: { message: catalogue[503].message, retryAfterS: 1 },
  away: { message: 'The database cannot be reached at the moment; try again', retryAfterS: 2 },
  readOnly: { message: 'The database takes no writes at the moment; try again', retryAfterS: 5 },
  full: {
    message: 'The disk of the database is full, and nothing can be saved until the operator has made room',
    retryAfterS: 30,
  },
} as const

/** 503 for a reason that lies in the database. */
export function unavailableFor(reason: keyof typeof unavailable): Refusal {
  const { message, retryAfterS } = unavailable[reason]
  return new Refusal(503, message, { retryAfterS })
}

/** What a call about an erased customer is told: it is known by its id only, and will not come back. */
export function erasedCustomer(): Refusal {
  return new Refusal(8015, 'Customer is deleted after PII delete request')
}

const shownLength = 64

/** Quotes a caller's value for an error text, cut at 64 characters. */
export function quote(value: string): string {
  // By code points, so that none is cut in two; twice the length in UTF-16 holds as many as are shown.
  const characters = Array.from(value.slice(0, 2 * shownLength + 1))
  return `"${characters.length > shownLength ? `${characters.slice(0, shownLength).join('')}…` : value}"`
}

/** 400 for a known parameter with a value outside its type or set: names it, the value and what is allowed. */
export function badParameter(name: string, value: string, allowed: string): Refusal {
  return new Refusal(400, `Invalid value ${quote(value)} for ${name}: ${allowed}`)
}

/**
 * A failure that an operator can mend (a port in use, an unreachable database). Printed as one line without a
 * stack; the process ends with exit code 1.
 */
export class OperatorError extends Error {
  override name = 'OperatorError'
}
