import type { ClientBase, Pool } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { existingKeys } from '../coupons/existing-codes.ts'
import { codeFormOf, type CodeTerms } from '../series/code-form-rules.ts'
import { testRefusalOf } from '../redemptions/test-code-rules.ts'
import { alphabets, type CodeForm } from '../../values/code-form.ts'
import { needsReading, readUnambiguous } from '../../values/unambiguous-code.ts'

/** Maximum number of an organisation's newest forms that are checked. */
const maxForms = 1_000

/** A code keeps the form it was generated with, so former forms of a series and the forms of ended series count too. */
const formsSql = `
select max(t.id) as id, t.terms ->> 'code_prefix' as "codePrefix", t.terms ->> 'code_suffix' as "codeSuffix",
  t.terms ->> 'code_alphabet' as "codeAlphabet", t.terms ->> 'code_pattern' as "codePattern",
  (t.terms ->> 'code_length')::int as "codeLength", (t.terms ->> 'has_check_character')::boolean as "hasCheckCharacter",
  false as "isCodeAlphanumeric"
from (
  select s.id, to_jsonb(s) as terms from series s
  where s.org_id = $1 and upper(s.code_alphabet collate "C") = '${alphabets.unambiguous}'
  union all
  select v.series_id, v.terms from series_versions v
  where v.org_id = $1 and upper((v.terms ->> 'code_alphabet') collate "C") = '${alphabets.unambiguous}'
) t
where t.terms ->> 'client_handling_type' <> 'GENERIC'
group by 2, 3, 4, 5, 6, 7 order by 1 desc limit ${maxForms}`

/** Returns the forms with the unambiguous alphabet used by codes of an organisation. */
export async function readUnambiguousForms(pool: Pool | ClientBase, orgId: number): Promise<CodeForm[]> {
  const { rows } = await pool.query<CodeTerms>({
    name: 'unambiguous-forms',
    text: formsSql,
    values: [orgId],
  })
  return rows.map((terms) => codeFormOf(terms))
}

/**
 * Resolves typed codes to the codes that were meant. If reading O, I, L, hyphens and blanks by the rules of the
 * unambiguous alphabet yields a code of such a form, that code is meant, unless a code exists that equals the typed
 * text literally.
 *
 * @param keys in the form used for comparison. @returns one key per given key, in the same form.
 */
export async function readAsMeant(
  pool: Pool | ClientBase,
  orgId: number,
  forms: readonly CodeForm[],
  keys: readonly string[],
): Promise<readonly string[]> {
  const readings = new Map<string, string[]>()
  for (const key of new Set(keys.filter(needsReading))) {
    const read = forms.flatMap((form) => readUnambiguous(key, form) ?? [])
    if (read.length > 0 && !read.includes(key)) readings.set(key, read)
  }
  if (readings.size === 0) return keys
  const known = await existingKeys(pool, orgId, [...readings].flat(2))
  return keys.map((key) => {
    const read = known.has(key) ? undefined : readings.get(key)
    // A code that does not exist counts as a guess at a code of its form.
    return read?.find((one) => known.has(one)) ?? read?.[0] ?? key
  })
}

/** `readAsMeant` for a caller; runs no statement unless a code may have been mistyped. */
export async function meantKeys(
  context: Context,
  { orgId, isSandbox }: Pick<Caller, 'orgId' | 'isSandbox'>,
  keys: readonly string[],
): Promise<readonly string[]> {
  const { pool } = context.database
  const forms = await context.lookups.unambiguousForms.get(String(orgId), () =>
    readUnambiguousForms(pool, orgId),
  )
  if (forms.length === 0) return keys
  const isTestCode = (key: string) => isSandbox && testRefusalOf(key) !== undefined
  if (!keys.some(isTestCode)) return readAsMeant(pool, orgId, forms, keys)
  const meant = await readAsMeant(pool, orgId, forms, keys)
  return keys.map((key, at) => (isTestCode(key) ? key : (meant[at] ?? key)))
}
