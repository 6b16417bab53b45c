import { ExpiringCache } from '../../platform/expiring-cache.ts'
import type { CodeForm } from '../../values/code-form.ts'
import { FailedLookups } from './failed-lookups.ts'
import type { FormOfSeries } from './series-forms.ts'

/** The process's memory of code forms and failed look-ups. */
export interface Lookups {
  readonly failed: FailedLookups
  /** By organisation. */
  readonly forms: ExpiringCache<readonly FormOfSeries[]>
  /** By organisation; forms with the unambiguous alphabet, including those of series that have ended. */
  readonly unambiguousForms: ExpiringCache<readonly CodeForm[]>
}

const formsTtlMs = 60_000
/** Short, so that a newly created code can be redeemed as typed; the statement behind it reads a small index. */
const unambiguousTtlMs = 1_000
const maxOrganisations = 1_000

export const createLookups = (): Lookups => ({
  failed: new FailedLookups(),
  forms: new ExpiringCache(formsTtlMs, maxOrganisations),
  unambiguousForms: new ExpiringCache(unambiguousTtlMs, maxOrganisations),
})
