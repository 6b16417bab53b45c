import { epochS } from '../../platform/db/sql.ts'
import type { Runner } from '../../platform/db/runner.ts'

/** A background job of the servers: a file uploaded by HTTP, or codes to generate or void. */
export interface Job {
  readonly kind: 'codes-upload' | 'redemptions-upload' | 'code-batch'
  readonly id: number
  readonly seriesId: number
  readonly seriesCode: string
  readonly seriesDescription: string
  /** For an upload queued, running, done or failed; for a batch as in `CodeBatch`. */
  readonly state: string
  /** Of an upload; null: none. */
  readonly fileName: string | null
  /** Rows or codes: total, finished, and refused among the finished. */
  readonly total: number
  readonly done: number
  readonly refused: number
  /** Instants in epoch seconds; null: not ended. */
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

/** Reads the partial indexes of open jobs completely, and only the latest ended jobs of each kind. */
const jobsSql = `
(select ${jobColumns} from (
   (${uploads} and state in ('queued', 'running')) union all (${batches} and state in ('making', 'voiding'))
 ) x join series s on s.org_id = $1 and s.id = x.series_id order by x.created_at, x.kind, x.id limit ${maxOpen})
union all
(select ${jobColumns} from (
   (${uploads} and state in ('done', 'failed') order by id desc limit ${maxEnded}) union all
   (${batches} and state not in ('making', 'voiding') order by id desc limit ${maxEnded})
 ) x join series s on s.org_id = $1 and s.id = x.series_id order by x.ended_at desc nulls last, x.kind, x.id limit ${maxEnded})`

/** Lists an organisation's open jobs, oldest first, and the most recently ended ones. */
export async function listJobs(runner: Runner, orgId: number): Promise<{ open: Job[]; ended: Job[] }> {
  const { rows } = await runner.query<Job>(jobsSql, [orgId])
  const isOpen = ({ state }: Job): boolean => openStates.has(state)
  return { open: rows.filter(isOpen), ended: rows.filter((job) => !isOpen(job)) }
}

const openStates = new Set(['queued', 'running', 'making', 'voiding'])
