import type { Pool } from 'pg'
import type { Caller } from '../../values/caller.ts'
import { recordedOn } from '../../platform/author.ts'
import type { Author } from '../../platform/db/author.ts'
import { refuse } from '../../values/errors.ts'
import { batchColumns, readBatch, type CodeBatch } from './code-batch.ts'

type Exporter = Author & Pick<Caller, 'orgId'>

const pageCodes = 10_000

const takeSql = `
update code_batches b set exported_at = statement_timestamp()
where b.org_id = $1 and b.id = $2 and b.exported_at is null and b.state in ('done', 'cancelled', 'failed')
returning ${batchColumns}`

/** Uses the series' index and the range of ids. $1 organisation, $2 series, $3 batch, $4 and $5 range, $6 limit. */
export const exportPageSql = `
select c.id, c.code from coupons c
where c.org_id = $1 and c.series_id = $2 and c.id between $4 and $5 and c.batch_id = $3 and c.revoked_at is null
order by c.id limit $6`

/**
 * Exports the codes of a batch, only once: pages of unrevoked codes, in order of generation. A reader that stops before
 * the end releases the export again.
 *
 * @throws Refusal 404 if the batch does not exist, 409 if it is still being generated or is voided, 410 if it was
 * exported before.
 */
export async function exportBatch(
  pool: Pool,
  caller: Exporter,
  id: number,
): Promise<AsyncGenerator<string[], void, void>> {
  const { orgId } = caller
  const { rows } = await recordedOn(pool, caller, (client) => client.query<CodeBatch>(takeSql, [orgId, id]))
  const [batch] = rows
  if (batch) {
    const pages = pagesOf(pool, caller, batch)
    // Started here: abandoning a generator that was never started has no effect.
    await pages.next()
    return pages
  }
  const { state, exportedAtS } = await readBatch(pool, orgId, id)
  if (exportedAtS !== null)
    throw refuse.gone('The codes of the batch were exported; they are handed out once')
  throw refuse.conflict(`The batch is ${state}: its codes are exported when it is done, cancelled or failed`)
}

async function* pagesOf(
  pool: Pool,
  caller: Exporter,
  { id, seriesId, firstCouponId, lastCouponId }: CodeBatch,
): AsyncGenerator<string[], void, void> {
  const { orgId } = caller
  let isWhole = false
  let count = 0
  try {
    yield []
    let from = firstCouponId ?? 1
    for (;;) {
      const { rows } = await pool.query<{ id: number; code: string }>({
        name: 'export-codes',
        text: exportPageSql,
        values: [orgId, seriesId, id, from, lastCouponId ?? 0, pageCodes],
      })
      count += rows.length
      if (rows.length > 0) yield rows.map(({ code }) => code)
      const last = rows.at(-1)
      if (last === undefined || rows.length < pageCodes) break
      from = last.id + 1
    }
    isWhole = true
  } finally {
    await recordedOn(pool, caller, async (client) => {
      const told = JSON.stringify({ series_id: seriesId, rows: count, is_whole: isWhole })
      await client.query("select audit_write($1, 'code-batch.exported', $2, null, null, $3::jsonb)", [
        orgId,
        id,
        told,
      ])
      if (!isWhole)
        await client.query('update code_batches set exported_at = null where org_id = $1 and id = $2', [
          orgId,
          id,
        ])
    })
  }
}
