import { badParameter, quote, refuse } from '../../values/errors.ts'
import { dayOf, endOfDayS, startOfDayS } from '../../values/calendar.ts'
import { newCodeFault } from '../../values/coupon-code.ts'
import type { Series, SeriesTerms } from './terms.ts'

/** Default number of random characters in a code: a spreadsheet keeps only 15 digits of a number. */
const defaultCodeLength = { alphanumeric: 16, numeric: 15 }
/** Longest permitted expiry: a century. */
const maxExpiry = { DAYS: 36_500, MONTHS_END: 1_200 } as const

/** Terms that the rules derive from the stated terms and the previous state of the series. */
type Decided =
  | 'code'
  | 'description'
  | 'info'
  | 'tag'
  | 'discountCode'
  | 'discountType'
  | 'discountValue'
  | 'smsTemplate'
  | 'clientHandlingType'
  | 'genericCode'
  | 'expiryStrategy'
  | 'expiryStrategyValue'
  | 'isAnyUser'
  | 'redemptionValidFromS'
type Derived = 'validUntilS' | 'codeLength' | 'codePrefix' | 'codeSuffix'

/** A series as stated by a caller. Undefined: omitted; empty codes: explicitly empty. */
export interface StatedSeries
  extends
    Omit<SeriesTerms, Decided | Derived>,
    Readonly<{ [Key in Decided]: NonNullable<SeriesTerms[Key]> | undefined }> {
  /** Any instant of the last day. */
  readonly validTillDateS: number | undefined
  /** The exact last instant. */
  readonly validTillDateTimeS: number | undefined
}

/** The circumstances that decide the terms of a series, besides the stated ones. */
export interface SeriesCircumstances {
  readonly nowS: number
  readonly timeZone: string
  /** The organisation's own prefix and suffix; null: none. */
  readonly organisation: { readonly prefix: string | null; readonly suffix: string | null }
  /** The series being edited; undefined: a new one. */
  readonly kept: Series | undefined
}

/** The kind of an imported series is unknown until a caller states it: its codes may come from uploads. */
const mayBecome = ({ clientHandlingType, isImported }: Series, stated: string): boolean =>
  stated === clientHandlingType ||
  (isImported && clientHandlingType === 'DISC_CODE' && stated === 'DISC_CODE_PIN')

/**
 * Validates the stated terms together and returns the terms to store. An edit replaces all terms: omitted ones get
 * their defaults, except mandatory ones, which keep their values.
 *
 * @param newCode the code of a new series for which none is stated.
 * @throws Refusal 753 and 754 for an empty series code or generic code, 756 for a missing mandatory field, 400 with the
 * field's name for an invalid value.
 */
export function decideSeriesTerms(
  fields: StatedSeries,
  circumstances: SeriesCircumstances,
  newCode: string,
): SeriesTerms {
  const { kept, organisation } = circumstances
  const { validTillDateS: _day, validTillDateTimeS: _instant, ...stated } = fields
  const clientHandlingType =
    fields.clientHandlingType ?? kept?.clientHandlingType ?? missing('clientHandlingType')
  if (kept !== undefined && !mayBecome(kept, clientHandlingType)) {
    throw badParameter('clientHandlingType', clientHandlingType, `a series stays ${kept.clientHandlingType}`)
  }
  const discountType = fields.discountType ?? kept?.discountType ?? missing('discountType')
  const discountValue = fields.discountValue ?? kept?.discountValue ?? missing('discountValue')
  if (discountType === 'PERC' && discountValue > 100) {
    throw badParameter(
      'discountValue',
      String(discountValue),
      'a percentage of 0 to 100 with discountType PERC',
    )
  }
  const description = fields.description ?? missing('description')
  const isAnyUser = fields.isAnyUser ?? kept?.isAnyUser ?? missing('anyUser')
  const validUntilS = decideEndS(fields, circumstances)
  const isGenerated = clientHandlingType === 'DISC_CODE'
  const terms: SeriesTerms = {
    ...stated,
    code: decideCode(fields, kept, newCode),
    description,
    info: fields.info ?? description,
    tag: fields.tag ?? description,
    discountCode: fields.discountCode ?? kept?.discountCode ?? missing('discountCode'),
    smsTemplate: fields.smsTemplate ?? kept?.smsTemplate ?? missing('smsTemplate'),
    discountValue,
    discountType,
    isAnyUser,
    clientHandlingType,
    genericCode: decideGenericCode(fields, clientHandlingType === 'GENERIC', kept),
    ...decideExpiry(fields, kept),
    validUntilS,
    redemptionValidFromS: decideStartS(fields, validUntilS, circumstances),
    codeLength:
      fields.statedCodeLength === 0
        ? defaultCodeLength[fields.isCodeAlphanumeric ? 'alphanumeric' : 'numeric']
        : fields.statedCodeLength,
    codePrefix: decideAffix('Prefix', fields, organisation.prefix, isGenerated),
    codeSuffix: decideAffix('Suffix', fields, organisation.suffix, isGenerated),
  }
  checkLimits(terms, kept)
  return terms
}

function missing(field: string): never {
  throw refuse.fieldMissing(`${field} is mandatory`, { field })
}

function decideCode(fields: StatedSeries, kept: Series | undefined, newCode: string): string {
  if (fields.code === '' || (kept && fields.code === undefined)) throw refuse.seriesCodeEmpty()
  return fields.code ?? newCode
}

function decideGenericCode(
  { genericCode }: StatedSeries,
  isGeneric: boolean,
  kept: Series | undefined,
): string | null {
  if (!isGeneric) {
    if (genericCode) throw badParameter('genericCode', genericCode, 'only with clientHandlingType GENERIC')
    return null
  }
  const code = genericCode ?? kept?.genericCode
  if (!code) throw refuse.genericCodeEmpty()
  // An unchanged shared code remains allowed.
  const fault = code === kept?.genericCode ? undefined : newCodeFault(code)
  if (fault !== undefined) throw refuse.badRequest(`genericCode ${quote(code)} ${fault}`)
  return code
}

/** The last instant: as stated to the second, or the end of the stated day. */
function decideEndS(fields: StatedSeries, { nowS, timeZone, kept }: SeriesCircumstances): number {
  const { validTillDateS, validTillDateTimeS } = fields
  const name = validTillDateTimeS === undefined ? 'validTillDate' : 'validTillDateTime'
  const day = validTillDateS === undefined ? undefined : dayOf(timeZone, validTillDateS)
  if (day === undefined && kept === undefined) missing('validTillDate')
  if (day !== undefined && validTillDateTimeS !== undefined && day !== dayOf(timeZone, validTillDateTimeS)) {
    throw badParameter(name, dayOf(timeZone, validTillDateTimeS), `the day of validTillDate, ${day}`)
  }
  const endS = validTillDateTimeS ?? (day === undefined ? undefined : endOfDayS(timeZone, day))
  if (endS === undefined) return kept?.validUntilS ?? missing('validTillDate')
  // A series that has ended can be edited as long as its end is not moved to another past instant.
  if (endS < nowS && endS !== kept?.validUntilS) {
    throw badParameter(name, dayOf(timeZone, endS), 'an end that is not in the past')
  }
  return endS
}

/**
 * The first instant of the stated day; if the series already begins on this day, the time of day set by its schedule is
 * kept.
 */
function decideStartS(
  fields: StatedSeries,
  validUntilS: number,
  { timeZone, kept }: SeriesCircumstances,
): number | null {
  if (fields.redemptionValidFromS === undefined) return null
  const startS = startOfDayS(timeZone, fields.redemptionValidFromS)
  if (startS > validUntilS) {
    throw badParameter('redemptionValidFrom', dayOf(timeZone, startS), 'not after the end of the series')
  }
  const keptS = kept?.redemptionValidFromS ?? null
  const isKept = keptS !== null && keptS <= validUntilS && startOfDayS(timeZone, keptS) === startS
  return isKept ? keptS : startS
}

function decideExpiry(
  fields: StatedSeries,
  kept: Series | undefined,
): Pick<SeriesTerms, 'expiryStrategy' | 'expiryStrategyValue'> {
  const expiryStrategy = fields.expiryStrategy ?? kept?.expiryStrategy ?? missing('expiryStrategyType')
  if (expiryStrategy === 'SERIES_EXPIRY') return { expiryStrategy, expiryStrategyValue: null }
  const stated = fields.expiryStrategyValue
  const value =
    stated ?? (kept?.expiryStrategy === expiryStrategy ? (kept.expiryStrategyValue ?? undefined) : undefined)
  const max = maxExpiry[expiryStrategy]
  if (value === undefined || value < 0 || value > max) {
    throw badParameter(
      'expiryStrategyValue',
      value === undefined ? '' : String(value),
      `0 to ${max} with expiryStrategyType ${expiryStrategy}`,
    )
  }
  return { expiryStrategy, expiryStrategyValue: value }
}

/** The affix of generated codes. A text that is stated but not enabled is stored and not used. */
function decideAffix(
  which: 'Prefix' | 'Suffix',
  fields: StatedSeries,
  ofOrganisation: string | null,
  isGenerated: boolean,
): string {
  const text = fields[`stated${which}`]
  const isEnabled = fields[`is${which}Enabled`]
  const isOfOrganisation = fields[`is${which}OfOrganisation`]
  if (!isEnabled && !isOfOrganisation) return ''
  const name = isOfOrganisation ? `org${which}Override` : `is${which}Enabled`
  if (!isGenerated) throw badParameter(name, 'true', 'only with clientHandlingType DISC_CODE')
  if (isOfOrganisation) {
    if (ofOrganisation === null)
      throw badParameter(name, 'true', `false: the organisation has no ${which.toLowerCase()}`)
    return ofOrganisation
  }
  if (text === null) throw badParameter(`coupon${which}`, '', `a text, because ${name} is true`)
  return text
}

function checkLimits(terms: SeriesTerms, kept: Series | undefined): void {
  const { maxRedemptionsPerCoupon, minBillAmount, maxBillAmount, maxIssued, maxRedeemed } = terms
  if (maxRedemptionsPerCoupon !== null) {
    const field = 'redemptionPerCouponMaxLimit'
    if (!terms.isAnyUser) throw badParameter(field, String(maxRedemptionsPerCoupon), 'only with anyUser true')
    if (terms.clientHandlingType === 'GENERIC')
      throw badParameter(field, String(maxRedemptionsPerCoupon), 'not with clientHandlingType GENERIC')
  }
  if (minBillAmount !== null && maxBillAmount !== null && minBillAmount > maxBillAmount) {
    throw badParameter('minBillAmount', String(minBillAmount), `at most maxBillAmount, ${maxBillAmount}`)
  }
  if (kept === undefined) return
  if (maxIssued !== null && maxIssued < kept.issued)
    throw badParameter('maxCreate', String(maxIssued), `at least the ${kept.issued} issued already`)
  if (maxRedeemed !== null && maxRedeemed < kept.redeemed)
    throw badParameter('maxRedeem', String(maxRedeemed), `at least the ${kept.redeemed} redeemed already`)
}
