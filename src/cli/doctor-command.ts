import type { Command } from 'commander'
import type { Pool } from 'pg'
import type { Database } from '../db/database.ts'
import { openDatabaseAsItIs } from '../db/database.ts'
import { diagnose } from '../doctor/diagnose-rules.ts'
import type { Finding } from '../doctor/facts.ts'
import { readFacts } from '../doctor/read-facts.ts'
import { OperatorError } from '../errors.ts'
import { auditLedger } from '../ledger-audit/audit-ledger.ts'
import { isDamage } from './failure.ts'
import { print, withDatabase } from './run.ts'

interface Options {
  readonly ledger: boolean
  readonly json?: boolean
}

const marks: Record<Finding['verdict'], string> = { ok: 'ok   ', warning: 'WARN ', fault: 'FAULT' }

/** `doctor`: is everything as it should be, and what is to be done? */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'look at configuration, database, clock, disk and books, and say what to do; changes nothing',
    )
    .option('--no-ledger', 'leave the ledger out: it takes minutes where there are many millions of coupons')
    .option('--json', 'print JSON')
    .action(async ({ ledger, json }: Options) => {
      const findings = await withDatabase(
        async (database, config) => {
          const facts = await readFacts(database, config)
          const isCurrent = facts.pendingMigrations.length + facts.unknownMigrations.length === 0
          const isReadable = isCurrent && facts.deniedRelations.length === 0
          return [...diagnose(facts), ...(ledger && isReadable ? await books(database) : [])]
        },
        { open: openDatabaseAsItIs, goOn: 'nothing was changed' },
      )
      print(
        json,
        { findings },
        findings.flatMap(({ verdict, what, advice }) => [
          `${marks[verdict]} ${what}`,
          ...(advice === '' ? [] : [`      ${advice}`]),
        ]),
      )
      const faults = findings.filter(({ verdict }) => verdict === 'fault').length
      if (faults > 0) throw new OperatorError(`${faults} of these must be mended`)
    })
}

/** Counters and events against the ledger, each organisation in a line. */
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
        what: `${called} is being reset since ${resetBeganAt.toISOString()}, and refuses its calls until it is`,
        advice: 'If nobody is at it: POST /admin/v1/sandbox/reset completes a reset that broke off.',
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
        'Keep a copy of the database, and run npx counterfoil audit: an index that it names can be made anew; if it names none, restore a backup.',
    }
  }
}
