import { terms, type SeriesTerms, type TermKey, type TermsOf } from '../../src/ledger/series/terms.ts'

const neutral: Readonly<Record<string, unknown>> = {
  flag: false,
  whole: 0,
  amount: 0,
  instant: 0,
  text: '',
  discount: 'ABS',
  handling: 'DISC_CODE',
  expiry: 'SERIES_EXPIRY',
}

/** Every term of a series without restrictions: no limit, no flag set. A new term needs no change here. */
export const openTerms = Object.fromEntries(
  (Object.keys(terms) as TermKey[]).map((key) => [
    key,
    terms[key][1].endsWith('?') ? null : neutral[terms[key][1]],
  ]),
) as unknown as SeriesTerms & TermsOf<'form' | 'items' | 'budget' | 'control'>
