import { ExpiringCache } from '../access/expiring-cache.ts'
import { FailedLookups } from './failed-lookups.ts'
import { RequestLevels } from './request-levels.ts'
import type { CodeForm } from '../values/code-form.ts'
import type { FormOfSeries } from './series-forms.ts'

/** What a process keeps in mind of who asks how much, and in vain. */
export interface Limits {
  readonly requests: RequestLevels
  readonly failedLookups: FailedLookups
  /** By organisation. */
  readonly forms: ExpiringCache<readonly FormOfSeries[]>
  /** The same; of the unambiguous alphabet, also of series that have ended. */
  readonly unambiguousForms: ExpiringCache<readonly CodeForm[]>
}

const formsTtlMs = 60_000
/** A code that was just made can be redeemed as it is typed; the statement behind it reads an index of few rows. */
const unambiguousTtlMs = 1_000
const maxOrganisations = 1_000

export const createLimits = (): Limits => ({
  requests: new RequestLevels(),
  failedLookups: new FailedLookups(),
  forms: new ExpiringCache(formsTtlMs, maxOrganisations),
  unambiguousForms: new ExpiringCache(unambiguousTtlMs, maxOrganisations),
})
