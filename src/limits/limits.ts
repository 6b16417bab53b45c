import { ExpiringCache } from '../access/expiring-cache.ts'
import { FailedLookups } from './failed-lookups.ts'
import { RequestLevels } from './request-levels.ts'
import type { FormOfSeries } from './series-forms.ts'

/** What a process keeps in mind of who asks how much, and in vain. */
export interface Limits {
  readonly requests: RequestLevels
  readonly failedLookups: FailedLookups
  /** By organisation. */
  readonly forms: ExpiringCache<readonly FormOfSeries[]>
}

const formsTtlMs = 60_000
const maxOrganisations = 1_000

export const createLimits = (): Limits => ({
  requests: new RequestLevels(),
  failedLookups: new FailedLookups(),
  forms: new ExpiringCache(formsTtlMs, maxOrganisations),
})
