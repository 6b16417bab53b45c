import { ExpiringCache } from '../../platform/expiring-cache.ts'
import type { CodeForm } from '../../values/code-form.ts'
import { FailedLookups } from './failed-lookups.ts'
import type { FormOfSeries } from './series-forms.ts'

/** What the process remembers of look-ups of codes, and of those that failed. */
export interface Lookups {
  readonly failed: FailedLookups
  /** By organisation. */
  readonly forms: ExpiringCache<readonly FormOfSeries[]>
  /** By organisation, of the unambiguous alphabet, and of series that have ended too. */
  readonly unambiguousForms: ExpiringCache<readonly CodeForm[]>
}

const formsTtlMs = 60_000
/** A code that was just made can be redeemed as it is typed; the statement behind it reads an index of few rows. */
const unambiguousTtlMs = 1_000
const maxOrganisations = 1_000

export const createLookups = (): Lookups => ({
  failed: new FailedLookups(),
  forms: new ExpiringCache(formsTtlMs, maxOrganisations),
  unambiguousForms: new ExpiringCache(unambiguousTtlMs, maxOrganisations),
})
