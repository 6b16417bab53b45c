import type { Caller } from '../values/caller.ts'
import type { Context } from '../ledger/context.ts'
import { codesOfLists } from '../ledger/coupons/code-lists.ts'
import { badParameter } from '../values/errors.ts'
import { valuesAsGiven, type Query } from './query-parameters.ts'
import { readCode } from './fields.ts'

/** The description of parameters that `readCodeList` reads, for the document. */
export const codeListRule =
  'The key repeated, or a comma list. A code that holds a comma is a value of its own, with the key repeated for others.'

/**
 * Reads the codes of a query parameter. A value that is a code itself is not split, so that a code with a comma, or the
 * code `null`, can be requested; any other value is a comma list.
 *
 * @throws Refusal 400 with the parameter's name for text that cannot be a code, and for more than `maxItems`.
 */
export async function readCodeList(
  context: Context,
  { orgId }: Caller,
  query: Query,
  name: string,
  { maxItems }: { maxItems: number },
): Promise<string[]> {
  const texts = valuesAsGiven(query, name)
  const codes = texts.length === 0 ? [] : await codesOfLists(context, orgId, texts)
  if (codes.length > maxItems) throw badParameter(name, `${codes.length} values`, `at most ${maxItems}`)
  return codes.map((code) => readCode(name, code))
}
