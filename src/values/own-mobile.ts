import { getCountries, getCountryCallingCode, Metadata, type CountryCode } from 'libphonenumber-js/max'

/** The library's metadata of a country that concerns mobile numbers. Its types omit these. */
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
  /**
   * How a number begins if it includes a dialling prefix, domestic or international: its digits must not be taken
   * literally.
   */
  readonly dialled: RegExp
}

const known = new Map<CountryCode, MobileRules | undefined>()

function readRules(country: CountryCode): MobileRules | undefined {
  const callingCode = getCountryCallingCode(country)
  // If countries share a calling code, the number decides which country's rules apply.
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
 * Reads a mobile number of the country itself that is written with at most the country code before it: nearly all
 * numbers are. It costs a tenth of reading an arbitrary number, by the patterns of the same library.
 *
 * @param digits of the number as given.
 * @param isInternational a plus preceded the digits.
 * @returns digits with country code, equal to the result of the general reading; undefined: it is not, or not
 * certainly, such a number and needs the general reading.
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
