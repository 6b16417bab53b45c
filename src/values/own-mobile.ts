import { getCountries, getCountryCallingCode, Metadata, type CountryCode } from 'libphonenumber-js/max'

/** What the library knows of a country, as far as a mobile number is told by it. Its types leave these out. */
interface Plan {
  IDDPrefix(): string
  nationalNumberPattern(): string
  nationalPrefixForParsing(): string | null | undefined
  type(
    name: 'MOBILE',
  ): { pattern(): string; possibleLengths(): readonly number[] | null | undefined } | undefined
}

interface MobileRules {
  readonly callingCode: string
  readonly national: RegExp
  readonly mobile: RegExp
  readonly lengths: readonly number[] | undefined
  /** How a number begins that is dialled, from inside or abroad: it is not what it looks like. */
  readonly dialled: RegExp
}

const known = new Map<CountryCode, MobileRules | undefined>()

function readRules(country: CountryCode): MobileRules | undefined {
  const callingCode = getCountryCallingCode(country)
  // Where countries share a calling code, the number decides whose rules it is judged by.
  if (getCountries().filter((other) => getCountryCallingCode(other) === callingCode).length > 1)
    return undefined
  const metadata = new Metadata()
  metadata.selectNumberingPlan(country)
  const plan = metadata.numberingPlan as unknown as Plan
  const type = plan.type('MOBILE')
  if (!type?.pattern()) return undefined
  const prefix = plan.nationalPrefixForParsing()
  return {
    callingCode,
    national: new RegExp(`^(?:${plan.nationalNumberPattern()})$`),
    mobile: new RegExp(`^(?:${type.pattern()})$`),
    lengths: type.possibleLengths() ?? undefined,
    dialled: new RegExp(`^(?:${[plan.IDDPrefix(), ...(prefix ? [prefix] : [])].join('|')})`),
  }
}

function rulesOf(country: CountryCode): MobileRules | undefined {
  if (!known.has(country)) known.set(country, readRules(country))
  return known.get(country)
}

const isMobile = ({ national, mobile, lengths, dialled }: MobileRules, digits: string): boolean =>
  lengths?.includes(digits.length) !== false &&
  mobile.test(digits) &&
  national.test(digits) &&
  !dialled.test(digits)

/**
 * Reads a mobile number of the country itself that is written without anything before it but the country code: what
 * nearly every number is. A tenth of the price of reading any number, by the patterns of the same library.
 *
 * @param digits of the number as it was given.
 * @param isInternational a plus stood before the digits.
 * @returns digits with country code, what reading the number as any number would give; undefined: it is not such a
 * number, or not surely, and has to be read.
 */
export function readOwnMobile(
  digits: string,
  isInternational: boolean,
  country: CountryCode,
): string | undefined {
  const rules = rulesOf(country)
  if (rules === undefined) return undefined
  const { callingCode, national, dialled } = rules
  if (!isInternational && isMobile(rules, digits)) return callingCode + digits
  if (!digits.startsWith(callingCode) || !isMobile(rules, digits.slice(callingCode.length))) return undefined
  return isInternational || (!national.test(digits) && !dialled.test(digits)) ? digits : undefined
}
