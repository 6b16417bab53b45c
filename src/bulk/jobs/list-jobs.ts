import { epochS } from '../../platform/db/sql.ts'
import type { Runner } from '../../platform/db/runner.ts'

/** Work that servers do in the background: a file that came by HTTP, or codes to make or void. */
export interface Job {
  readonly kind: 'codes-upload' | 'redemptions-upload' | 'code-batch'
  readonly id: number
  readonly seriesId: number
  readonly seriesCode: string
  readonly seriesDescription: string
  /** Of an upload queued, running, done or failed; of a batch as in `CodeBatch`. */
  readonly state: string
  /** Of an upload; null: it has none. */
  readonly fileName: string | null
  /** Rows or codes: how many there are, how many are done, how many of them were refused. */
  readonly total: number
  readonly done: number
  readonly refused: number
  /** Instants in epoch seconds; null: it has not ended. */
  readonly createdAtS: number
  readonly endedAtS: number | null
}

const maxOpen = 200
const maxEnded = 20
const jobColumns = `x.kind, x.id, x.series_id as "seriesId", s.code as "seriesCode", s.description as "seriesDescription",
  x.state, x.file_name as "fileName", x.total, x.done, x.refused, ${epochS('x.created_at')} as "createdAtS",
  ${epochS('x.ended_at')} as "endedAtS"`
const uploads = `
  select kind || '-upload' as kind, id, series_id, state, file_name, row_count as total, accepted + refused as done, refused,
    created_at, ended_at
  from uploads where org_id = $1`
const batches = `
  select 'code-batch', id, series_id, state, null, case when state like 'void%' then made else asked end,
    case when state like 'void%' then voided else made end, 0, created_at, ended_at
  from code_batches where org_id = $1`

/** What the partial indexes of open jobs hold is read whole, of the others the last ones of each kind. */
const jobsSql = `
(select ${jobColumns} from (
   (${uploads} and state in ('queued', 'running')) union all (${batches} and state in ('making', 'voiding'))
 ) x join series s on s.org_id = $1 and s.id = x.series_id order by x.created_at, x.kind, x.id limit ${maxOpen})
union all
(select ${jobColumns} from (
   (${uploads} and state in ('done', 'failed') order by id desc limit ${maxEnded}) union all
   (${batches} and state not in ('making', 'voiding') order by id desc limit ${maxEnded})
 ) x join series s on s.org_id = $1 and s.id = x.series_id order by x.ended_at desc nulls last, x.kind, x.id limit ${maxEnded})`

/** The jobs of an organisation that are under way, the oldest first, and those that ended last. */
export async function listJobs(runner: Runner, orgId: number): Promise<{ open: Job[]; ended: Job[] }> {
  const { rows } = await runner.query<Job>(jobsSql, [orgId])
  const isOpen = ({ state }: Job): boolean => openStates.has(state)
  return { open: rows.filter(isOpen), ended: rows.filter((job) => !isOpen(job)) }
}

const openStates = new Set(['queued', 'running', 'making', 'voiding'])
