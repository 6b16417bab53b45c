import type { Budget, BurnDown } from '../../api/types.ts'

/** The days ahead of a burn-down are at most as many as the days behind. */

interface Drawn {
  /** Epoch seconds of each day, behind and ahead. */
  readonly days: readonly number[]
  /** What was left, or given where the budget has no total; null ahead. */
  readonly values: readonly (number | null)[]
  /** From today on, at the rate of today; null behind. */
  readonly ahead: readonly (number | null)[]
}

const dayS = 86_400

/** The lines of the chart. Without a total, or while nothing is given, nothing is projected. */
export function drawnOf({ total, days }: BurnDown, { left, ratePerDay }: Budget): Drawn {
  const at = days.map(({ day }) => Date.parse(`${day}T00:00:00Z`) / 1000)
  const values = days.map((one) => Number(total === null ? one.takenInAll : one.left))
  const rate = Number(ratePerDay)
  const remaining = Number(left ?? 0)
  if (total === null || rate <= 0 || remaining <= 0)
    return { days: at, values, ahead: values.map(() => null) }
  const today = at.at(-1) ?? 0
  const count = Math.min(days.length, Math.ceil(remaining / rate))
  const coming = Array.from({ length: count }, (_, n) => Math.max(0, remaining - rate * (n + 1)))
  return {
    days: [...at, ...coming.map((_, n) => today + dayS * (n + 1))],
    values: [...values, ...coming.map(() => null)],
    ahead: [...values.map((_, n) => (n === values.length - 1 ? remaining : null)), ...coming],
  }
}
