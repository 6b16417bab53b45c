import type { ClientBase, Pool } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { existingKeys } from '../coupons/existing-codes.ts'
import { codeFormOf, type CodeTerms } from '../series/code-form-rules.ts'
import { testRefusalOf } from '../redemptions/test-code-rules.ts'
import { alphabets, type CodeForm } from '../../values/code-form.ts'
import { needsReading, readUnambiguous } from '../../values/unambiguous-code.ts'

/** The newest forms of an organisation that are looked at. */
const maxForms = 1_000

/** A code keeps the form that it was made with, so forms that a series had before count too, and those of ended series. */
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

/** Forms of the unambiguous alphabet that codes of an organisation have. */
export async function readUnambiguousForms(pool: Pool | ClientBase, orgId: number): Promise<CodeForm[]> {
  const { rows } = await pool.query<CodeTerms>({
    name: 'unambiguous-forms',
    text: formsSql,
    values: [orgId],
  })
  return rows.map((terms) => codeFormOf(terms))
}

/**
 * The codes that typed ones mean: one that has a form of the unambiguous alphabet once O, I, L, hyphens and blanks are read
 * as that alphabet reads them means that code, unless there is a code which is literally what was typed.
 *
 * @param keys in the form in which codes are compared. @returns as many, in that form.
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
    // What is nobody's code is a guess at the form that it has.
    return read?.find((one) => known.has(one)) ?? read?.[0] ?? key
  })
}

/** `readAsMeant` for a caller: no statement, but for codes that may be meant otherwise than they are typed. */
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
