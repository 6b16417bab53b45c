import type { Context } from '../context.ts'
import { codeFormOf, type CodeTerms } from '../series/code-form-rules.ts'
import { keysOf, selectTerms } from '../series/terms.ts'
import { hasForm, type CodeForm } from '../../values/code-form.ts'

/** A form of codes, with the series that use it. */
export interface FormOfSeries {
  readonly form: CodeForm
  readonly seriesIds: readonly number[]
}

/** Maximum number of an organisation's newest series that are checked. */
const maxSeries = 1_000

const formsSql = `
select s.id, ${selectTerms(keysOf('code', 'form'))}
from series s where s.org_id = $1 and s.client_handling_type <> 'GENERIC' and s.valid_until >= now()
order by s.id desc limit ${maxSeries}`

async function readForms({ database }: Context, orgId: number): Promise<FormOfSeries[]> {
  const { rows } = await database.pool.query<CodeTerms & { id: number }>({
    name: 'forms-of-series',
    text: formsSql,
    values: [orgId],
  })
  const forms = new Map<string, { form: CodeForm; seriesIds: number[] }>()
  for (const { id, ...terms } of rows) {
    const form = codeFormOf(terms)
    const key = JSON.stringify(form)
    const known = forms.get(key)
    if (known) known.seriesIds.push(id)
    else forms.set(key, { form, seriesIds: [id] })
  }
  return [...forms.values()]
}

/**
 * Returns the series that a code would belong to by its form: the series whose codes someone is guessing. Forms are
 * re-read after a minute.
 *
 * @param codeKey in the form used for comparison.
 */
export async function seriesWithForm(context: Context, orgId: number, codeKey: string): Promise<number[]> {
  const forms = await context.lookups.forms.get(String(orgId), () => readForms(context, orgId))
  return forms.flatMap(({ form, seriesIds }) => (hasForm(codeKey, form) ? seriesIds : []))
}
