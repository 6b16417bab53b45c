import type { Context } from '../context.ts'
import { codeKey, maxCodeLength } from '../../values/coupon-code.ts'
import { existingKeys } from './existing-codes.ts'

/** How some clients write that there is nothing. */
const nothing = 'null'

/**
 * The codes that texts name: a text that is a code of the organisation is this one code, whatever stands in it, and any
 * other is a list of codes with commas between. `null` is a code where a coupon has it, and nothing otherwise.
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
