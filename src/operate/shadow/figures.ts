import type { PlatformContext } from '../../platform/context.ts'
import type { CountedDifference, DifferenceExample } from './shown-rules.ts'

export type Outcome = 'equal' | 'different' | 'stale' | 'skipped'

/** A stored example. */
export interface SeenExample extends DifferenceExample {
  readonly at: string
  readonly tillId: number | null
}

/** The result of one request. */
export interface Result {
  /** 0: the caller is unknown here. */
  readonly orgId: number
  /** The till that the request counts for; null: none, or unknown. */
  readonly tillId: number | null
  readonly call: string
  readonly outcome: Outcome
  /** Why the request was not compared; empty if it was. */
  readonly reason: string
  readonly differences: readonly CountedDifference[]
}

type Writing = Pick<PlatformContext, 'database' | 'log'>
type Counted = Omit<Result, 'differences' | 'tillId'> & { requests: number }
type Different = Pick<Result, 'orgId' | 'call'> &
  Omit<CountedDifference, 'example'> & {
    requests: number
    readonly examples: SeenExample[]
  }

/** The maximum number of stored kinds of differences per organisation. */
const maxDifferences = 1_000
const maxExamples = 3
/** The maximum number of kinds of results between two writes, which a process does not reach. */
const maxKinds = 5_000

const countSql = `
insert into shadow_counts as c (org_id, call, outcome, reason, requests, last_at)
values ($1, $2, $3, $4, $5, now())
on conflict (org_id, call, outcome, reason)
  do update set requests = c.requests + excluded.requests, last_at = excluded.last_at`

/** A known kind is always counted; a new one only below the maximum. */
const differenceSql = `
insert into shadow_differences as d (org_id, call, field, theirs, ours, requests, first_at, last_at, examples)
select $1, $2, $3, $4, $5, $6, now(), now(), $7::jsonb
where (select count(*) from shadow_differences where org_id = $1) < ${maxDifferences}
  or exists (select from shadow_differences
    where org_id = $1 and call = $2 and field = $3 and theirs = $4 and ours = $5)
on conflict (org_id, call, field, theirs, ours) do update set
  requests = d.requests + excluded.requests,
  last_at = excluded.last_at,
  examples = case when jsonb_array_length(d.examples) < ${maxExamples} then d.examples || excluded.examples else d.examples end`

/** Results since the last write, in memory only: a killed process loses them. */
export class ShadowFigures {
  #counts = new Map<string, Counted>()
  #differences = new Map<string, Different>()
  #writing: Promise<void> = Promise.resolve()

  add({ differences, tillId, ...result }: Result): void {
    const { orgId, call, outcome, reason } = result
    const key = JSON.stringify([orgId, call, outcome, reason])
    const counted = this.#counts.get(key)
    if (counted !== undefined) counted.requests += 1
    else if (this.#counts.size < maxKinds) this.#counts.set(key, { ...result, requests: 1 })
    // The items of an answer often differ in the same way, which counts as one difference.
    const kinds = new Map(differences.map((one) => [JSON.stringify([one.field, one.theirs, one.ours]), one]))
    for (const one of kinds.values()) this.#addDifference({ orgId, call, tillId }, one)
  }

  #addDifference(
    { orgId, call, tillId }: Pick<Result, 'orgId' | 'call' | 'tillId'>,
    { example, ...difference }: CountedDifference,
  ): void {
    const key = JSON.stringify([orgId, call, difference.field, difference.theirs, difference.ours])
    const known = this.#differences.get(key)
    const seen: SeenExample = { at: new Date().toISOString(), tillId, ...example }
    if (known !== undefined) {
      known.requests += 1
      if (known.examples.length < maxExamples) known.examples.push(seen)
    } else if (this.#differences.size < maxKinds)
      this.#differences.set(key, { orgId, call, ...difference, requests: 1, examples: [seen] })
  }

  /**
   * Writes the results since the last time, one row per statement, and resolves when those of earlier calls are written
   * too. Results that cannot be written are lost, with a line in the log.
   */
  write(context: Writing): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeRows(context))
    return this.#writing
  }

  async #writeRows({ database: { pool }, log }: Writing): Promise<void> {
    const [counts, differences] = [this.#counts, this.#differences]
    this.#counts = new Map()
    this.#differences = new Map()
    try {
      for (const { orgId, call, outcome, reason, requests } of counts.values())
        await pool.query(countSql, [orgId, call, outcome, reason, requests])
      for (const { orgId, call, field, theirs, ours, requests, examples } of differences.values())
        await pool.query(differenceSql, [
          orgId,
          call,
          field,
          theirs,
          ours,
          requests,
          JSON.stringify(examples),
        ])
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'results of shadow mode could not be written')
    }
  }
}
