import { redemptionRules, type RedemptionRefusal } from './ordered-redemption-rules.ts'

/** What a code can be refused with by itself: the rules of redemption, and that there is no such code. */
const refusals: readonly (RedemptionRefusal | 702)[] = [702, ...redemptionRules.map(({ code }) => code)]

/**
 * What a test code of a sandbox is refused with, whoever asks for it, wherever and whenever: `TEST-712` with 712.
 *
 * @param key in the form in which codes are compared. @returns undefined: it is a code like any other.
 */
export function testRefusalOf(key: string): RedemptionRefusal | 702 | undefined {
  const number = /^TEST-(\d{3})$/.exec(key)?.[1]
  return number === undefined ? undefined : refusals.find((code) => code === Number(number))
}
