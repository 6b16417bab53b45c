import { raiseSequence } from '../../platform/db/raise-sequence.ts'
import {
  decideCustomerRow,
  keysOf,
  namesOf,
  type CustomerRow,
  type CustomersEarlier,
} from './customer-verdict-rules.ts'
import { customerRowsSql, writeCustomersSql } from './customers-sql.ts'
import { KeptRows } from './kept-rows.ts'
import type { Merge, MergeSetting, RefusedLine, StandingRow } from './verdicts.ts'

/**
 * Imports the customers of a chunk. If two concurrent imports bring one identifier, the primary key decides, and one
 * retries.
 */
export async function mergeCustomers({ client, setting: { orgId }, isDryRun }: MergeSetting): Promise<Merge> {
  const kept = isDryRun ? new KeptRows<CustomerRow>(client) : undefined
  await kept?.create()
  return async ({ from, to }) => {
    const { rows } = await client.query<CustomerRow>({
      name: 'file-customer-rows',
      text: customerRowsSql,
      values: [orgId, from, to],
    })
    const earlier: CustomersEarlier = kept ? await readEarlier(kept, rows) : new Map()
    const refused: RefusedLine[] = []
    const fresh: CustomerRow[] = []
    const standing: StandingRow[] = []
    for (const row of rows) {
      const verdict = decideCustomerRow(row, earlier)
      if (verdict === 'fresh') fresh.push(row)
      if (verdict === 'fresh' || verdict === 'present')
        standing.push({ line: row.line, keys: namesOf(row), isFresh: verdict === 'fresh' })
      else refused.push({ line: row.line, ...verdict })
    }
    if (!isDryRun && fresh.length > 0) {
      await raiseSequence(
        client,
        'customers_id_seq',
        fresh.reduce((id, { givenId }) => Math.max(id, givenId ?? 0), 0),
      )
      await client.query(writeCustomersSql, [orgId, fresh.map(({ line }) => line)])
    }
    await kept?.write([...earlier].map(([key, value]) => ({ key, value })))
    return { fresh: fresh.length, present: standing.length - fresh.length, refused, standing }
  }
}

/** Rows of earlier chunks that share a key with these; each appears once, whatever the key. */
async function readEarlier(
  kept: KeptRows<CustomerRow>,
  rows: readonly CustomerRow[],
): Promise<CustomersEarlier> {
  const byLine = new Map<number, CustomerRow>()
  const found = await kept.read(rows.flatMap(keysOf))
  return new Map(
    found.map(({ key, value }) => {
      const row = byLine.get(value.line) ?? value
      byLine.set(row.line, row)
      return [key, row]
    }),
  )
}
