import type { Context } from '../context.ts'
import { codeKey, maxCodeLength } from '../../values/coupon-code.ts'
import { existingKeys } from './existing-codes.ts'

/** The text that some clients send for an absent value. */
const nothing = 'null'

/**
 * The codes in a list of texts. A text that is itself a code of the organisation is taken as that one code, even if it
 * contains commas; any other text is split at its commas. `null` is a code only if a coupon has that code; otherwise it
 * means an absent value.
 */
export async function codesOfLists(
  context: Context,
  orgId: number,
  texts: readonly string[],
): Promise<string[]> {
  const lists = texts.map((text) => ({
    whole: text.trim(),
    parts: text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  }))
  const doubtful = lists.flatMap(({ whole, parts }) => [
    ...(parts.length > 1 || whole !== parts[0] ? [whole] : []),
    ...parts.filter((part) => part === nothing),
  ])
  const keys = new Set(doubtful.filter((one) => one.length <= maxCodeLength).map(codeKey))
  const known =
    keys.size === 0 ? keys : await existingKeys(context.database.pool, orgId, [...keys].filter(Boolean))
  return lists.flatMap(({ whole, parts }) =>
    known.has(codeKey(whole))
      ? [whole]
      : parts.filter((part) => part !== nothing || known.has(codeKey(nothing))),
  )
}
