import type { Command } from 'commander'
import type { Pool } from 'pg'
import { readConfig, withSecretKeys, type Config } from '../platform/config.ts'
import { createLog } from '../platform/log.ts'
import type { Database } from '../platform/db/database.ts'
import { openDatabaseAsItIs } from '../platform/db/database.ts'
import { askSurroundings } from '../operate/doctor/ask-surroundings.ts'
import { checkSurroundings } from '../operate/doctor/check-surroundings.ts'
import { diagnose } from '../operate/doctor/diagnose-rules.ts'
import type { Facts, Finding } from '../operate/doctor/facts.ts'
import { readFacts } from '../operate/doctor/read-facts.ts'
import { byUrgency, checkLimitMs, within } from '../operate/doctor/within.ts'
import { OperatorError } from '../values/errors.ts'
import { auditLedger } from '../operate/integrity/audit-ledger.ts'
import { describeFailure, isDamage } from '../operate/failure.ts'
import { print } from './run.ts'

interface Options {
  readonly database: boolean
  readonly ledger: boolean
  readonly json?: boolean
}

const marks: Record<Finding['verdict'], string> = { ok: 'ok   ', warning: 'WARN ', fault: 'FAULT' }
/** Long enough for an embedded database to recover first. */
const reachLimitMs = 60_000

/** `doctor`: checks the installation and advises what to do. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'check settings, folders, disk, database, clock and books, and print remedies; changes nothing',
    )
    .option('--no-database', 'only check settings, folders and disks, without the database')
    .option('--no-ledger', 'do not check the ledger, which takes minutes for many millions of coupons')
    .option('--json', 'print JSON')
    .action(async ({ database, ledger, json }: Options) => {
      const findings = byUrgency(await examine(database, ledger))
      const faults = findings.filter(({ verdict }) => verdict === 'fault').length
      print(
        json,
        { findings },
        findings.flatMap(({ verdict, what, advice }) => [
          `${marks[verdict]} ${what}`,
          ...(advice === '' ? [] : [`      ${advice}`]),
        ]),
      )
      const failure = new OperatorError(`${faults} ${faults === 1 ? 'fault' : 'faults'} found; see above`)
      if (findings.some(({ isTimedOut }) => isTimedOut)) await endAtOnce(failure, database)
      if (faults > 0) throw failure
    })
}

/** Exits despite hanging checks. A thread may be waiting for a file system: then only a signal ends the process. */
async function endAtOnce({ message }: Error, isWhole: boolean): Promise<never> {
  await new Promise((resolve) => process.stdout.write('', resolve))
  if (!isWhole) process.kill(process.pid, 'SIGKILL')
  process.stderr.write(`counterfoil: ${message}\n`)
  process.exit(1)
}

async function examine(isWhole: boolean, withLedger: boolean): Promise<readonly Finding[]> {
  let config: Config
  try {
    config = readConfig(process.env)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    return [{ verdict: 'fault', what: `The settings: ${error.message}`, advice: '' }]
  }
  if (!isWhole) return checkSurroundings(config)
  const surroundings = await askSurroundings(['doctor', '--no-database', '--json'])
  // A file system that does not answer would block this process too.
  if (config.isEmbedded && surroundings.some(({ isTimedOut }) => isTimedOut)) return surroundings
  return [...surroundings, ...(await examineDatabase(config, withLedger))]
}

async function examineDatabase(config: Config, withLedger: boolean): Promise<readonly Finding[]> {
  const log = createLog({ ...config, logLevel: process.env['LOG_LEVEL'] ? config.logLevel : 'error' }, 2)
  let database: Database | undefined
  const reached = await within('Reaching the database', reachLimitMs, async () => {
    try {
      database = await openDatabaseAsItIs(config, log)
      return []
    } catch (error) {
      return [{ verdict: 'fault', what: `The database: ${describeFailure(error)}`, advice: '' }]
    }
  })
  if (database === undefined) return reached
  const opened = database
  let facts: Facts | undefined
  const found = [
    ...(await within('The check of PostgreSQL', checkLimitMs, async () => {
      // The keys of an embedded database are in a file next to it, which the settings do not name.
      facts = await readFacts(opened, withSecretKeys(config, opened.secretKeys))
      return diagnose(facts)
    })),
  ]
  const isCurrent =
    facts !== undefined && facts.pendingMigrations.length + facts.unknownMigrations.length === 0
  if (withLedger && isCurrent && facts?.deniedRelations.length === 0) found.push(...(await books(opened)))
  if (found.some(({ isTimedOut }) => isTimedOut)) return found
  const closed = await within('Closing the database', checkLimitMs * 6, async () => {
    await opened.close()
    return []
  })
  return [...found, ...closed]
}

/** Compares counters and events with the ledger, one line per organisation. */
async function books({ pool, queries }: Database): Promise<Finding[]> {
  const organisations = await queries
    .selectFrom('organisations')
    .select(['org_id', 'name', 'is_sandbox', 'reset_began_at'])
    .orderBy('org_id')
    .execute()
  const findings: Finding[] = []
  for (const { org_id: orgId, name, is_sandbox: isSandbox, reset_began_at: resetBeganAt } of organisations) {
    const called = `${orgId} ${name}${isSandbox ? ' (sandbox)' : ''}`
    if (resetBeganAt !== null) {
      findings.push({
        verdict: 'warning',
        what: `${called} has been resetting since ${resetBeganAt.toISOString()}, and refuses its calls until that is complete`,
        advice: 'POST /admin/v1/sandbox/reset completes a reset that was interrupted.',
      })
      continue
    }
    findings.push(await oneBook(pool, orgId, called))
  }
  return findings
}

async function oneBook(pool: Pool, orgId: number, called: string): Promise<Finding> {
  try {
    const faults = (await auditLedger(pool, orgId)).reduce((sum, one) => sum + one.faults, 0)
    if (faults === 0) return { verdict: 'ok', what: `The books of ${called} add up`, advice: '' }
    return {
      verdict: 'fault',
      what: `The books of ${called} do not add up: ${faults} ${faults === 1 ? 'fault' : 'faults'}`,
      advice: `npx counterfoil audit --org ${orgId} names them.`,
    }
  } catch (error) {
    if (!isDamage(error)) throw error
    return {
      verdict: 'fault',
      what: `The books of ${called} cannot be read: ${error.message}`,
      advice:
        'Keep a copy of the database, and run npx counterfoil audit: an index that it names can be rebuilt; if it names none, restore a backup.',
    }
  }
}
