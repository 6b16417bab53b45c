import type { ClientBase, Pool } from 'pg'
import { refuse } from '../../values/errors.ts'
import { readAlphabet, readPattern, requireCheckable, type CodeForm } from '../../values/code-form.ts'
import { codeFormOf, type CodeTerms } from './code-form-rules.ts'
import { keysOf, selectTerms } from './terms.ts'

/** The stated form. Null: as the series defines elsewhere. */
export interface StatedForm {
  /** The name of an alphabet, or its characters. */
  readonly alphabet: string | null
  readonly pattern: string | null
  readonly hasCheckCharacter: boolean
}

const formColumns = selectTerms(keysOf('code', 'form'))
const readSql = `select ${formColumns} from series s where s.org_id = $1 and s.id = $2`
const updateSql = `
update series s set code_alphabet = $3, code_pattern = $4, has_check_character = $5
where s.org_id = $1 and s.id = $2 returning ${formColumns}`

function formOf(rows: readonly CodeTerms[], id: number): CodeForm {
  const [terms] = rows
  if (terms === undefined) throw refuse.notFound(`There is no coupon series ${id}`)
  return codeFormOf(terms)
}

/** The version of a series; it changes with the form. @throws Refusal 404 if the organisation has no such series. */
export async function readFormVersion(pool: Pool, orgId: number, id: number): Promise<number> {
  const { rows } = await pool.query<{ version: number }>(
    'select version from series where org_id = $1 and id = $2',
    [orgId, id],
  )
  if (rows[0] === undefined) throw refuse.notFound(`There is no coupon series ${id}`)
  return rows[0].version
}

/** Reads the form of a series' codes. @throws Refusal 404 if the organisation has no such series. */
export async function readCodeForm(pool: Pool | ClientBase, orgId: number, id: number): Promise<CodeForm> {
  return formOf((await pool.query<CodeTerms>(readSql, [orgId, id])).rows, id)
}

/**
 * Replaces the form of a series' codes; it applies to codes generated later.
 *
 * @throws Refusal 404 for an unknown series, 400 with the field's name for an invalid form.
 */
export async function setCodeForm(
  pool: Pool | ClientBase,
  orgId: number,
  id: number,
  stated: StatedForm,
): Promise<CodeForm> {
  const alphabet = stated.alphabet === null ? null : readAlphabet(stated.alphabet)
  const pattern = stated.pattern === null ? null : readPattern(stated.pattern)
  const kept = await readCodeForm(pool, orgId, id)
  requireCheckable({
    ...kept,
    alphabet: alphabet ?? kept.alphabet,
    hasCheckCharacter: stated.hasCheckCharacter,
  })
  const { rows } = await pool.query<CodeTerms>(updateSql, [
    orgId,
    id,
    alphabet,
    pattern,
    stated.hasCheckCharacter,
  ])
  return formOf(rows, id)
}
