import type { Queries } from '../db/queries.ts'
import { isConstraint } from '../db/constraint.ts'
import { inTransaction } from '../db/transaction.ts'
import { quote, Refusal } from '../errors.ts'
import { isCountry } from '../values/phone.ts'
import { isTimeZone } from '../values/calendar.ts'

export interface NewOrganisation {
  readonly name: string
  /** IANA name, e.g. `Asia/Kolkata`. */
  readonly timeZone: string
  /** ISO 3166 alpha-2, e.g. `IN`. */
  readonly country: string
  /** ISO 4217, e.g. `INR`. */
  readonly currency: string | undefined
}

const access = (level: string) => ({
  customer_access: level,
  coupon_access: level,
  series_access: level,
  organisation_access: 'read',
  webhook_access: level,
})

/**
 * Creates an organisation with its two access groups: `default` (reads and writes) and `read-only`.
 *
 * @returns its id. @throws Refusal 400 for a value outside its type or a name that is taken.
 */
export async function createOrganisation(queries: Queries, given: NewOrganisation): Promise<number> {
  const name = given.name.trim()
  const country = given.country.toUpperCase()
  const currency = given.currency?.toUpperCase()
  if (name === '' || name.length > 200) throw new Refusal(400, 'The name must have 1 to 200 characters')
  // Commands take an organisation by id or by name.
  if (/^\d+$/.test(name))
    throw new Refusal(400, 'The name must not be a number: that would be taken for an id')
  if (!isTimeZone(given.timeZone)) {
    throw new Refusal(
      400,
      `${quote(given.timeZone)} is no time zone: give an IANA name such as Asia/Kolkata or UTC`,
    )
  }
  if (!isCountry(country)) {
    throw new Refusal(
      400,
      `${quote(given.country)} is no country: give an ISO 3166 code of two letters such as IN`,
    )
  }
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency)) {
    throw new Refusal(
      400,
      `${quote(currency)} is no currency: give an ISO 4217 code of three letters such as INR`,
    )
  }
  return inTransaction(queries, async (transaction) => {
    try {
      const { org_id: orgId } = await transaction
        .insertInto('organisations')
        .values({ name, time_zone: given.timeZone, country, currency: currency ?? null })
        .returning('org_id')
        .executeTakeFirstOrThrow()
      await transaction
        .insertInto('access_groups')
        .values([
          { org_id: orgId, name: 'default', ...access('write') },
          { org_id: orgId, name: 'read-only', ...access('read') },
        ])
        .execute()
      return orgId
    } catch (error) {
      if (isConstraint(error, 'organisations__name'))
        throw new Refusal(400, `There is an organisation ${quote(name)} already`)
      throw error
    }
  })
}
