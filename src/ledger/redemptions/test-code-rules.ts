import { redemptionRules, type RedemptionRefusal } from './ordered-redemption-rules.ts'

/** The refusals that a code itself can cause: those of the redemption rules, and an unknown code. */
const refusals: readonly (RedemptionRefusal | 702)[] = [702, ...redemptionRules.map(({ code }) => code)]

/**
 * Returns the refusal for a test code of a sandbox, for any caller, place and time: 712 for `TEST-712`.
 *
 * @param key in the form used for comparison. @returns undefined: an ordinary code.
 */
export function testRefusalOf(key: string): RedemptionRefusal | 702 | undefined {
  const number = /^TEST-(\d{3,4})$/.exec(key)?.[1]
  return number === undefined ? undefined : refusals.find((code) => code === Number(number))
}
