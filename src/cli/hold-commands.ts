import { Option, type Command } from 'commander'
import { findOrganisation, type Organisation } from '../identity/organisations/find-organisation.ts'
import { releaseHoldOn } from '../ledger/holds/change-hold.ts'
import { listHolds, readShownHold, type ShownHold } from '../ledger/holds/list-holds.ts'
import { readNow } from '../platform/clock.ts'
import { authorSetting } from '../platform/db/author.ts'
import type { Database } from '../platform/db/database.ts'
import { inTransaction } from '../platform/db/transaction.ts'
import { formatInstant } from '../values/calendar.ts'
import { moneyText } from '../values/money.ts'
import { readId } from './arguments.ts'
import { findSeries } from './find-series.ts'
import { requireReason } from './require-reason.ts'
import { print, withDatabase } from './run.ts'

interface ListGiven {
  readonly org: string
  readonly status: 'live' | 'ended'
  readonly reference?: string
  readonly customer?: number
  readonly series?: string
  readonly json?: boolean
}

interface OneGiven {
  readonly org: string
  readonly id: number
  readonly reason?: string
  readonly json?: boolean
}

const page = 200

/** `hold`: lists, shows and releases holds of checkouts. */
export function addHoldCommands(program: Command): void {
  const hold = program.command('hold').description('reservations of coupons by checkouts')
  hold
    .command('list')
    .description('list holds: live ones by expiry, or ended ones, newest first')
    .requiredOption('--org <id or name>', 'the organisation')
    .addOption(new Option('--status <status>', 'which').choices(['live', 'ended']).default('live'))
    .option('--reference <text>', 'only those whose reference begins with this text')
    .option('--customer <id>', 'only of this customer', readId)
    .option('--series <id or code>', 'only those that reserve a coupon of this series')
    .option('--json', 'print JSON, one hold per line')
    .action((given: ListGiven) => withDatabase((database) => list(database, given)))
  const one = (name: string, description: string) =>
    hold
      .command(name)
      .description(description)
      .requiredOption('--org <id or name>', 'the organisation')
      .requiredOption('--id <id>', 'which hold', readId)
  one('show', 'show a hold, its caller, and the coupons that it reserves')
    .option('--json', 'print JSON')
    .action((given: OneGiven) =>
      withDatabase(async (database) => {
        const organisation = await findOrganisation(database.queries, given.org)
        await printOne(database, organisation, given)
      }),
    )
  one('release', 'release a hold; the checkout can still redeem if the limits leave room')
    .requiredOption('--reason <text>', 'why, for the audit log')
    .option('--json', 'print JSON')
    .action((given: OneGiven) => withDatabase((database) => release(database, given)))
}

async function list(database: Database, given: ListGiven): Promise<void> {
  const organisation = await findOrganisation(database.queries, given.org)
  const { status, reference, customer: customerId } = given
  const seriesId =
    given.series === undefined ? undefined : await findSeries(database, organisation.orgId, given.series)
  let afterId: number | undefined
  let holds: ShownHold[]
  do {
    const query = { status, reference, customerId, couponId: undefined, seriesId, afterId, limit: page }
    holds = await listHolds({ database, fixedNow: null }, organisation, query, true)
    for (const hold of holds) print(given.json, toJson(organisation, hold), [lineOf(organisation, hold)])
    afterId = holds.at(-1)?.id
  } while (holds.length === page)
}

async function release(database: Database, given: OneGiven): Promise<void> {
  const reason = requireReason(given.reason)
  const organisation = await findOrganisation(database.queries, given.org)
  await inTransaction(database.pool, async (client) => {
    await client.query(authorSetting({ kind: 'command-line', reason }))
    await releaseHoldOn(client, { fixedNow: null }, organisation, given.id)
  })
  await printOne(database, organisation, given)
}

async function printOne(database: Database, organisation: Organisation, given: OneGiven): Promise<void> {
  const { pool } = database
  const at = await readNow({ fixedNow: null }, pool, organisation)
  const hold = await readShownHold(pool, organisation.orgId, given.id, at, true)
  print(given.json, toJson(organisation, hold), [
    lineOf(organisation, hold),
    ...hold.reserves.map(
      ({ code, series, discount }) =>
        `  ${code ?? ''}: ${series.name}, ${moneyText(discount, organisation.currency)}`,
    ),
  ])
}

const toJson = ({ timeZone, currency }: Organisation, hold: ShownHold): object => {
  const { createdAtS, expiresAtS, endedAtS, reserves, ...rest } = hold
  const printed = (atS: number): string => formatInstant(timeZone, Math.floor(atS))
  return {
    ...rest,
    createdAt: printed(createdAtS),
    expiresAt: printed(expiresAtS),
    endedAt: endedAtS === null ? null : printed(endedAtS),
    reserves: reserves.map(({ discount, ...one }) => ({ ...one, discount: moneyText(discount, currency) })),
    currency,
  }
}

function lineOf({ timeZone, currency }: Organisation, hold: ShownHold): string {
  const { id, reference, status, customer, madeBy, expiresAtS, endedAtS, reserves } = hold
  const until = formatInstant(timeZone, Math.floor(endedAtS ?? expiresAtS))
  const reserved = reserves.reduce((sum, { discount }) => sum + discount, 0)
  const coupons = reserves.length === 1 ? '1 coupon' : `${reserves.length} coupons`
  const what = reserves.length === 0 ? '' : `, ${coupons}, ${moneyText(reserved, currency)}`
  return `${id} ${reference}: ${status} ${status === 'live' ? 'until' : 'since'} ${until}, customer ${customer.id}, ${madeBy.kind} ${madeBy.name ?? madeBy.id}${what}`
}
