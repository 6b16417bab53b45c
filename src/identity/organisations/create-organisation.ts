import type { Queries } from '../../platform/db/queries.ts'
import { isConstraint } from '../../platform/db/constraint.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { quote, refuse } from '../../values/errors.ts'
import { tillGrants } from './find-access-group.ts'
import { checkCountry, checkCurrency, checkName, checkTimeZone } from './organisation-rules.ts'

export interface NewOrganisation {
  readonly name: string
  /** IANA name, e.g. `Asia/Kolkata`. */
  readonly timeZone: string
  /** ISO 3166 alpha-2, e.g. `IN`. */
  readonly country: string
  /** ISO 4217, e.g. `INR`. */
  readonly currency: string | undefined
  /** Permanent: an organisation never becomes a sandbox or stops being one. Default: false. */
  readonly isSandbox?: boolean
  /** True: a till's repeated redemption is answered with the first one. Default: it is refused. */
  readonly replaysTillRetries?: boolean
}

const access = (level: string, organisation: string) => ({
  customer_access: level,
  coupon_access: level,
  series_access: level,
  organisation_access: organisation,
  webhook_access: level,
})

/**
 * Creates an organisation with its access groups: `default` (reads and writes, except for the organisation itself),
 * `till` (for new tills: reads customers, writes coupons), `read-only`, and `administrator` (writes everything).
 *
 * @returns its id. @throws Refusal 400 for an invalid value or a taken name.
 */
export async function createOrganisation(queries: Queries, given: NewOrganisation): Promise<number> {
  const name = checkName(given.name)
  // Commands accept an organisation by id or by name.
  if (/^\d+$/.test(name))
    throw refuse.badRequest('The name must not be a number: that would be taken for an id')
  const timeZone = checkTimeZone(given.timeZone)
  const country = checkCountry(given.country)
  const currency = given.currency === undefined ? null : checkCurrency(given.currency)
  return inTransaction(queries, async (transaction) => {
    try {
      const { org_id: orgId } = await transaction
        .insertInto('organisations')
        .values({
          name,
          time_zone: timeZone,
          country,
          currency,
          is_sandbox: given.isSandbox ?? false,
          replays_till_retries: given.replaysTillRetries ?? false,
        })
        .returning('org_id')
        .executeTakeFirstOrThrow()
      await transaction
        .insertInto('access_groups')
        .values([
          { org_id: orgId, name: 'default', ...access('write', 'read') },
          { org_id: orgId, ...tillGrants },
          { org_id: orgId, name: 'read-only', ...access('read', 'read') },
          { org_id: orgId, name: 'administrator', ...access('write', 'write') },
        ])
        .execute()
      return orgId
    } catch (error) {
      if (isConstraint(error, 'organisations__name'))
        throw refuse.badRequest(`There is an organisation ${quote(name)} already`)
      throw error
    }
  })
}
