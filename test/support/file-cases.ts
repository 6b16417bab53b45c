import { expect } from 'vitest'
import type { Context } from '../../src/ledger/context.ts'
import { importFile, type FileImport, type FileSummary } from '../../src/bulk/rows/import-file.ts'
import type { RefusedLine } from '../../src/bulk/rows/verdicts.ts'
import { findOrganisation } from '../../src/identity/organisations/find-organisation.ts'
import { createTestOrganisation } from './harness.ts'
import { countersAndLedger } from './ledger.ts'
import { seedCustomer, seedSeries, type SeedCustomer, type SeedSeries } from './seed.ts'

export interface Imported extends FileSummary {
  readonly lines: readonly RefusedLine[]
}

export type ImportOptions = Partial<
  Pick<FileImport, 'series' | 'isDryRun' | 'fixedNow' | 'rejected' | 'onRepeated'>
>

async function* inPieces(content: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
}

/** A new organisation into which files are imported. */
export async function openImports(context: Context, options: { timeZone?: string; country?: string } = {}) {
  const org = await createTestOrganisation(context, options)
  const { queries } = context.database
  const organisation = await findOrganisation(queries, String(org.orgId))
  const run = async (
    kind: FileImport['kind'],
    content: string | Buffer,
    given: ImportOptions = {},
    pieceBytes = 65_536,
  ): Promise<Imported> => {
    const lines: RefusedLine[] = []
    const summary = await importFile({
      database: context.database,
      organisation,
      kind,
      source: inPieces(Buffer.from(content), pieceBytes),
      onRefused: (one) => lines.push(one),
      ...given,
    })
    return { ...summary, lines }
  }
  return {
    ...org,
    organisation,
    customer: (given: SeedCustomer = {}) => seedCustomer(queries, org.orgId, given),
    series: (given: SeedSeries = {}) => seedSeries(queries, org.orgId, given),
    run,
    codes: (series: number, content: string | Buffer, given: ImportOptions = {}) =>
      run('codes', content, { series: String(series), ...given }),
    /** Counters match the ledger. */
    expectLedger: async () => {
      const { counters, ledger } = await countersAndLedger(context, org.orgId)
      expect(counters).toEqual(ledger)
    },
    count: async (table: string, where = 'true'): Promise<number> => {
      const { rows } = await context.database.pool.query<{ n: number }>(
        `select count(*)::int as n from ${table} where org_id = $1 and ${where}`,
        [org.orgId],
      )
      return rows[0]?.n ?? 0
    },
  }
}

/** A CSV file of these lines. */
export const csv = (...lines: readonly string[]): string => `${lines.join('\n')}\n`
