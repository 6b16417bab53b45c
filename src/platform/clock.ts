import type { QueryConfig } from 'pg'
import type { PlatformContext } from './context.ts'
import type { Runner } from './db/runner.ts'
import { refuse } from '../values/errors.ts'

/** The part of an organisation that concerns its time. Whether it is a sandbox never changes, so it may be cached. */
export interface TimedOrganisation {
  readonly orgId: number
  readonly isSandbox: boolean
}

type Clock = Pick<PlatformContext, 'fixedNow'>

const readSql =
  'select clock_at as "at", reset_began_at is not null as "isReset" from organisations where org_id = $1'

/**
 * Reads the instant at which the rules of an organisation are judged, as a statement parameter: null is the database
 * clock.
 *
 * A sandbox's clock is read on each call, so that a new setting applies to the next request in any process. For other
 * organisations nothing is read.
 *
 * @throws Refusal 503 while the sandbox is being emptied.
 */
export async function readNow(context: Clock, runner: Runner, org: TimedOrganisation): Promise<Date | null> {
  return org.isSandbox
    ? readClock(context, runner, { name: 'sandbox-now', text: readSql, values: [org.orgId] })
    : context.fixedNow
}

/**
 * `readNow` for a writing transaction, called before it reads the state that it judges: until it ends, the sandbox's
 * clock cannot be set and the sandbox cannot be emptied.
 */
export async function holdNow(context: Clock, runner: Runner, org: TimedOrganisation): Promise<Date | null> {
  return org.isSandbox
    ? readClock(context, runner, {
        name: 'sandbox-hold',
        text: `${readSql} for share`,
        values: [org.orgId],
      })
    : context.fixedNow
}

/** The instant of judgement in epoch seconds. @param now as returned by `readNow`. */
export async function epochSecondsOf(runner: Runner, now: Date | null): Promise<number> {
  if (now !== null) return now.getTime() / 1000
  const { rows } = await runner.query<{ nowS: number }>(
    `select date_part('epoch', statement_timestamp()) as "nowS"`,
  )
  return rows[0]?.nowS ?? 0
}

async function readClock({ fixedNow }: Clock, runner: Runner, statement: QueryConfig): Promise<Date | null> {
  const { rows } = await runner.query<{ at: Date | null; isReset: boolean }>(statement)
  const [row] = rows
  if (row?.isReset === true)
    throw refuse.unavailable('The sandbox is being reset; try again', { retryAfterS: 1 })
  return row?.at ?? fixedNow
}

/** Finds an organisation by its id, for work across organisations. */
export async function findTimedOrganisation(
  runner: Runner,
  orgId: number,
): Promise<TimedOrganisation & { readonly isBeingReset: boolean }> {
  const { rows } = await runner.query<{ isSandbox: boolean; isBeingReset: boolean }>(
    `select is_sandbox as "isSandbox", reset_began_at is not null as "isBeingReset"
     from organisations where org_id = $1`,
    [orgId],
  )
  const [row] = rows
  if (row === undefined) throw new Error(`organisation ${orgId} does not exist`)
  return { orgId, ...row }
}

/** A condition for statements across organisations. @param alias of a table with `org_id`. */
export const notBeingReset = (alias: string): string =>
  `and not exists (select from organisations o where o.org_id = ${alias}.org_id and o.reset_began_at is not null)`
