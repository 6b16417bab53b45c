import type { TargetCustomers } from '../series/terms.ts'

/** Epoch values of callers are seconds or milliseconds; as seconds this one lies beyond the year 5000. */
const leastMs = 100_000_000_000

const seconds = (epoch: number | undefined, otherwise: number): number =>
  epoch === undefined ? otherwise : epoch >= leastMs ? epoch / 1000 : epoch

/** When a customer has to have been registered, epoch seconds, both ends included. */
export function registrationWindowS(target: TargetCustomers | null): { fromS: number; toS: number } {
  return {
    fromS: seconds(target?.validUserRegistrationStartTime, Number.NEGATIVE_INFINITY),
    toS: seconds(target?.validUserRegistrationEndTime, Number.POSITIVE_INFINITY),
  }
}

/** @param registeredAtS undefined: not known, and not judged. */
export function isOutsideRegistration(
  target: TargetCustomers | null,
  registeredAtS: number | undefined,
): boolean {
  if (target === null || registeredAtS === undefined) return false
  const { fromS, toS } = registrationWindowS(target)
  return registeredAtS < fromS || registeredAtS > toS
}

const boundSql = (field: string, otherwise: string) => `coalesce((
  select case when e >= ${leastMs} then e / 1000 else e end
  from (select (s.target_customers ->> '${field}')::float8 as e) x), '${otherwise}')`

/** When the customer `cu` was registered. */
export const registeredAtSql = `floor(date_part('epoch', coalesce(cu.registered_at, cu.created_at)))::float8`

/** The same in SQL, of the customer `cu` and the series `s`. */
export const isWithinRegistrationSql = `(s.target_customers is null or ${registeredAtSql}
  between ${boundSql('validUserRegistrationStartTime', '-infinity')} and ${boundSql('validUserRegistrationEndTime', 'infinity')})`
