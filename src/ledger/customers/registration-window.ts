import type { TargetCustomers } from '../series/terms.ts'

/** Callers state epoch values in seconds or milliseconds; read as seconds, this one would lie beyond the year 5000. */
const leastMs = 100_000_000_000

const seconds = (epoch: number | undefined, otherwise: number): number =>
  epoch === undefined ? otherwise : epoch >= leastMs ? epoch / 1000 : epoch

/** The period in which a customer must have been registered, in epoch seconds, both ends included. */
export function registrationWindowS(target: TargetCustomers | null): { fromS: number; toS: number } {
  return {
    fromS: seconds(target?.validUserRegistrationStartTime, Number.NEGATIVE_INFINITY),
    toS: seconds(target?.validUserRegistrationEndTime, Number.POSITIVE_INFINITY),
  }
}

/** @param registeredAtS undefined: unknown, and not judged. */
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

/** The registration instant of customer `cu`. */
export const registeredAtSql = `floor(date_part('epoch', coalesce(cu.registered_at, cu.created_at)))::float8`

/** The negation of `isOutsideRegistration` in SQL, for customer `cu` and series `s`. */
export const isWithinRegistrationSql = `(s.target_customers is null or ${registeredAtSql}
  between ${boundSql('validUserRegistrationStartTime', '-infinity')} and ${boundSql('validUserRegistrationEndTime', 'infinity')})`
