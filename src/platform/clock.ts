import type { QueryConfig } from 'pg'
import type { PlatformContext } from './context.ts'
import type { Runner } from './db/runner.ts'
import { refuse } from '../values/errors.ts'

/** An organisation as far as its time goes. Whether it is a sandbox never changes, so that it may be remembered. */
export interface TimedOrganisation {
  readonly orgId: number
  readonly isSandbox: boolean
}

type Clock = Pick<PlatformContext, 'fixedNow'>

const readSql =
  'select clock_at as "at", reset_began_at is not null as "isReset" from organisations where org_id = $1'

/**
 * The instant at which the rules of an organisation are judged, as statements take it: null is the clock of the database.
 *
 * The clock of a sandbox is read each time, so that whoever has set it is judged by it in the next request, at whatever
 * process. For every other organisation nothing is read.
 *
 * @throws Refusal 503 while the sandbox is being emptied.
 */
export async function readNow(context: Clock, runner: Runner, org: TimedOrganisation): Promise<Date | null> {
  return org.isSandbox
    ? readClock(context, runner, { name: 'sandbox-now', text: readSql, values: [org.orgId] })
    : context.fixedNow
}

/**
 * The same for a transaction that writes, before it reads what it judges: until it ends, the clock of a sandbox is not set
 * and its emptying does not begin.
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

async function readClock({ fixedNow }: Clock, runner: Runner, statement: QueryConfig): Promise<Date | null> {
  const { rows } = await runner.query<{ at: Date | null; isReset: boolean }>(statement)
  const [row] = rows
  if (row?.isReset === true)
    throw refuse.unavailable('The sandbox is being reset; try again', { retryAfterS: 1 })
  return row?.at ?? fixedNow
}

/** The same for work that is found across organisations, and knows their ids alone. */
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
  if (row === undefined) throw new Error(`organisation ${orgId} is not there`)
  return { orgId, ...row }
}

/** A condition of statements across organisations. @param alias of a table with `org_id`. */
export const notBeingReset = (alias: string): string =>
  `and not exists (select from organisations o where o.org_id = ${alias}.org_id and o.reset_began_at is not null)`
