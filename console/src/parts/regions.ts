/** Countries and currencies by name, as the browser knows them. */

interface Region {
  /** The code that is stored. */
  readonly value: string
  readonly label: string
}

const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')

/** Regions that have a name but no telephone numbers of their own, and groups of countries. */
const notCountries = new Set(
  'AN AQ BU BV CP CQ CS DD DG DY EA EU EZ FX GS HM HV IC NH NT PN QO QU RH SU TF TP UK UM UN VD XA XB YD YU ZR ZZ'.split(
    ' ',
  ),
)

const byLabel = (one: Region, other: Region): number => one.label.localeCompare(other.label, 'en')

/** All countries, by name. */
export function countries(): Region[] {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .flatMap((value) => {
      const name = notCountries.has(value) ? undefined : names.of(value)
      return name === undefined ? [] : [{ value, label: `${name} (${value})` }]
    })
    .toSorted(byLabel)
}

/** All currencies, by name. */
export function currencies(): Region[] {
  const names = new Intl.DisplayNames('en', { type: 'currency' })
  return Intl.supportedValuesOf('currency')
    .map((value) => ({ value, label: `${names.of(value) ?? value} (${value})` }))
    .toSorted(byLabel)
}

/** A list that also contains the present value, which may be none of it. */
export const withPresent = (regions: readonly Region[], present: string | null): readonly Region[] =>
  present === null || present === '' || regions.some(({ value }) => value === present)
    ? regions
    : [{ value: present, label: present }, ...regions]
