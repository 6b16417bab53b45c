import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { openDatabaseAsItIs, type Database } from '../platform/db/database.ts'
import { readSchemaState } from '../platform/db/migrate.ts'
import { OperatorError } from '../values/errors.ts'
import { chainChecks } from '../operate/chain/chain-checks.ts'
import { readChainReach, type ChainReach } from '../operate/chain/export-events.ts'
import { checkCheckpoints, type NamedCheckpoint } from '../operate/chain/check-checkpoints.ts'
import { readCheckpoint } from '../operate/chain/checkpoint-rules.ts'
import { auditLedger, type CheckResult } from '../operate/integrity/audit-ledger.ts'
import { ledgerChecks } from '../operate/integrity/ledger-checks.ts'
import { checkIndexes, type IndexResults } from '../operate/integrity/check-indexes.ts'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { isDamage } from '../operate/failure.ts'
import { print, withDatabase } from './run.ts'

interface Options {
  readonly org?: string
  readonly chain?: true
  readonly checkpoint?: string[]
  readonly indexes: boolean
  readonly json?: boolean
}

interface Audited {
  readonly org: string
  readonly checks: readonly CheckResult[]
  /** Undefined: the chain was not verified. */
  readonly chain: ChainReach | undefined
}

/** Indexes that take longer are reported while the work continues. */
const slowMs = 1_000

const count = (n: number, what: string): string => `${n} ${n === 1 ? what : `${what}s`}`

/** `audit`: verifies the books. */
export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description(
      'compare counters, events and indexes with the ledger; changes nothing and runs beside a server',
    )
    .option('--org <id or name>', 'only this organisation; without it all of them')
    .option('--chain', 'also verify the chain of events: finds events that were changed, removed or inserted')
    .option(
      '--checkpoint <file...>',
      'also verify that the chain contains these checkpoints: finds a chain that was cut short or rewritten',
    )
    .option('--no-indexes', 'do not check the indexes of the database')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const { audited, indexes } = await withDatabase(
        (database, { secrets: { keys } }) => audit(database, keys, options),
        {
          open: openDatabaseAsItIs,
          goOn: 'nothing was changed',
        },
      )
      const faults = audited.flatMap(({ checks }) => checks).reduce((sum, one) => sum + one.faults, 0)
      const broken = (indexes?.results ?? []).filter(({ fault }) => fault !== null).length
      print(options.json, { organisations: audited, indexes, faults: faults + broken }, [
        ...audited.flatMap(linesOf),
        ...(indexes === undefined ? [] : linesOfIndexes(indexes)),
      ])
      if (faults + broken > 0) throw new OperatorError(`The audit found ${count(faults + broken, 'fault')}`)
    })
}

async function audit(database: Database, secretKeys: readonly Buffer[], options: Options) {
  const { pool, queries } = database
  const { pending } = await readSchemaState(queries)
  if (pending.length > 0)
    throw new OperatorError(`Apply the migrations first (npx counterfoil migrate): ${pending.join(', ')}`)
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  const organisations =
    options.org === undefined
      ? await queries
          .selectFrom('organisations')
          .select(['org_id as orgId', 'name', 'is_sandbox as isSandbox'])
          // A sandbox that is being emptied does not balance until it is done.
          .where('reset_began_at', 'is', null)
          .orderBy('org_id')
          .execute()
      : [await findOrganisation(queries, options.org)]
  const checkpoints = await readCheckpoints(options.checkpoint ?? [], organisations)
  const hasChain = options.chain || checkpoints.length > 0
  const checks = hasChain ? [...ledgerChecks, ...chainChecks] : ledgerChecks
  const audited: Audited[] = []
  for (const { orgId, name, isSandbox } of organisations) {
    const org = `${orgId} ${name}${isSandbox ? ' (sandbox)' : ''}`
    const onChecked = (one: CheckResult) => say(`${org}: ${one.name}: ${(one.elapsedMs / 1000).toFixed(1)} s`)
    const results = await auditLedger(pool, orgId, onChecked, checks).catch(unreadable)
    const own = checkpoints.filter(({ checkpoint }) => checkpoint.organisation === orgId)
    audited.push({
      org,
      chain: hasChain ? await readChainReach(pool, orgId) : undefined,
      checks: [...results, ...(await checkCheckpoints(database, secretKeys, orgId, own))],
    })
  }
  const indexes = options.indexes
    ? await checkIndexes(pool, ({ index, elapsedMs }) => {
        if (elapsedMs > slowMs) say(`Index ${index}: ${(elapsedMs / 1000).toFixed(1)} s`)
      })
    : undefined
  return { audited, indexes }
}

/** @throws OperatorError for a file that is no checkpoint, or one of an organisation that is not audited. */
async function readCheckpoints(
  files: readonly string[],
  organisations: readonly { readonly orgId: number }[],
): Promise<NamedCheckpoint[]> {
  const read: NamedCheckpoint[] = []
  for (const name of files) {
    const text = await readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new OperatorError(`cannot read ${name}: ${error.message}`)
    })
    const checkpoint = readCheckpoint(name, text)
    if (!organisations.some(({ orgId }) => orgId === checkpoint.organisation))
      throw new OperatorError(
        `${name} is a checkpoint of organisation ${checkpoint.organisation}, which is not among those audited`,
      )
    read.push({ name, checkpoint })
  }
  return read
}

/** An index may be corrupt; the check of indexes then names it. */
function unreadable(error: unknown): CheckResult[] {
  if (!isDamage(error)) throw error
  const example = { subject: 'PostgreSQL', found: error.message, expected: 'no error' }
  return [{ name: 'the ledger can be read', faults: 1, examples: [example], elapsedMs: 0 }]
}

function linesOf({ org, checks, chain }: Audited): string[] {
  return [
    `Organisation ${org}`,
    ...(chain === undefined
      ? []
      : [`  chain: ${count(chain.linked, 'event')} linked, ${chain.waiting} later ones not yet`]),
    ...checks.flatMap(({ name, faults, examples }) => [
      `  ${faults === 0 ? 'ok   ' : 'FAULT'} ${name}${faults === 0 ? '' : `: ${count(faults, 'fault')}`}`,
      ...examples.map(
        (one) => `        ${one.subject}: ${one.found || 'nothing'}, should be ${one.expected}`,
      ),
      ...(faults > examples.length ? [`        and ${faults - examples.length} more`] : []),
    ]),
  ]
}

function linesOfIndexes({ results, hindrance }: IndexResults): string[] {
  if (hindrance !== null) return [`Indexes were not checked: ${hindrance}`]
  const broken = results.filter(({ fault }) => fault !== null)
  return [
    `Indexes: ${results.length} checked, ${broken.length} broken`,
    ...broken.map(
      ({ index, fault }) => `  FAULT ${index}: ${fault ?? ''}. REINDEX INDEX CONCURRENTLY ${index}`,
    ),
  ]
}
