import type { Command } from 'commander'
import { findOrganisation, type Organisation } from '../identity/organisations/find-organisation.ts'
import { lockOneSeries } from '../ledger/post/lock.ts'
import { haltSeries, type HaltState } from '../ledger/series/halt-series.ts'
import { readSeries } from '../ledger/series/read-series.ts'
import { seriesStateOf } from '../ledger/series/series-state-rules.ts'
import { epochSecondsOf, holdNow, readNow } from '../platform/clock.ts'
import { authorSetting } from '../platform/db/author.ts'
import type { Database } from '../platform/db/database.ts'
import { inTransaction } from '../platform/db/transaction.ts'
import { formatInstant } from '../values/calendar.ts'
import { findSeries } from './find-series.ts'
import { requireReason } from './require-reason.ts'
import { print, withDatabase } from './run.ts'

interface Given {
  readonly org: string
  readonly series: string
  readonly reason?: string
  readonly json?: boolean
}

const clock = { fixedNow: null }

/** `series`: shows whether a series issues and redeems, and stops, pauses or resumes it. */
export function addSeriesCommands(program: Command): void {
  const series = program.command('series').description('stop, pause and resume series')
  const one = (name: string, description: string) =>
    series
      .command(name)
      .description(description)
      .requiredOption('--org <id or name>', 'the organisation')
      .requiredOption('--series <id or code>', 'the series')
      .option('--json', 'print JSON')
  one('show', 'show the state and the schedule of a series').action((given: Given) =>
    withDatabase(async (database) => {
      const organisation = await findOrganisation(database.queries, given.org)
      await printOne(
        database,
        organisation,
        await findSeries(database, organisation.orgId, given.series),
        given,
      )
    }),
  )
  const halting = (name: string, state: HaltState, description: string) =>
    one(name, description)
      .requiredOption('--reason <text>', 'why, for the audit log')
      .action((given: Given) => withDatabase((database) => halt(database, given, state)))
  halting('stop', 'stopped', 'refuse its coupons at every till, including those held by checkouts')
  halting('pause', 'paused', 'refuse its coupons at every till, except those held by checkouts')
  halting('resume', 'running', 'issue and redeem again')
}

async function halt(database: Database, given: Given, state: HaltState): Promise<void> {
  const reason = requireReason(given.reason)
  const organisation = await findOrganisation(database.queries, given.org)
  const { orgId } = organisation
  const id = await findSeries(database, orgId, given.series)
  await inTransaction(database.pool, async (client) => {
    await client.query(authorSetting({ kind: 'command-line', reason }))
    await lockOneSeries(client, orgId, id)
    const command = { state, reason, halter: undefined, requestId: null, tillId: null }
    await haltSeries(client, orgId, id, command, await holdNow(clock, client, organisation))
  })
  await printOne(database, organisation, id, given)
}

async function printOne(
  { pool }: Database,
  organisation: Organisation,
  id: number,
  { json }: Given,
): Promise<void> {
  const { orgId, timeZone } = organisation
  const series = await readSeries(pool, orgId, id, 0)
  if (series === undefined) throw new Error(`series ${id} was found and is not there`)
  const { code, description, halt: halted, issueValidFromS, redemptionValidFromS, validUntilS } = series
  const shown = (atS: number | null): string | null => (atS === null ? null : formatInstant(timeZone, atS))
  const state = seriesStateOf(series, await epochSecondsOf(pool, await readNow(clock, pool, organisation)))
  const facts = {
    id,
    code,
    description,
    state,
    halt: halted && { as: halted.as, since: shown(halted.atS), reason: halted.reason, by: halted.by },
    issueFrom: shown(issueValidFromS),
    redeemableFrom: shown(redemptionValidFromS),
    endsAt: shown(validUntilS),
  }
  print(json, facts, [
    `${id} ${code}: ${description}`,
    `State: ${state}`,
    ...(facts.halt === null
      ? []
      : [
          `${facts.halt.as === 'paused' ? 'Paused' : 'Stopped'} since ${facts.halt.since}${facts.halt.by === null ? '' : ` by ${facts.halt.by}`}: ${facts.halt.reason}`,
        ]),
    `Issues from: ${facts.issueFrom ?? 'at once'}`,
    `Redeemable from: ${facts.redeemableFrom ?? 'at once'}`,
    `Ends: ${facts.endsAt}`,
  ])
}
