import { runnerOf, type Queries } from '../../platform/db/queries.ts'
import type { Runner } from '../../platform/db/runner.ts'
import { type Refusal, refuse } from '../../values/errors.ts'

/** Rows that people edit in forms; triggers count their versions. */
export type Versioned =
  | 'organisations'
  | 'stores'
  | 'tills'
  | 'clients'
  | 'access_groups'
  | 'users'
  | 'webhooks'
  | 'series'
  | 'customers'

/** The versions that a change was made for; undefined: any. */
export type ExpectedVersions = readonly number[] | undefined

/** Thrown if the row does not have the version that the change was made for. */
function changedMeanwhile(version: number): Refusal {
  return refuse.changedMeanwhile(`It was changed meanwhile and is in version ${version}: read it again`, {
    version,
  })
}

/**
 * Locks a row until the transaction ends if it has a version that the change was made for. Of two changes made for the
 * same version, only one is therefore executed.
 *
 * @param id null for the organisation itself. @throws Refusal 412 with the current version. A nonexistent row is left
 * to the operation.
 */
export async function requireVersionOn(
  client: Runner,
  table: Versioned,
  orgId: number,
  id: number | null,
  expected: ExpectedVersions,
): Promise<void> {
  if (expected === undefined) return
  const where = id === null ? 'org_id = $1' : 'org_id = $1 and id = $2'
  const { rows } = await client.query<{ version: number }>(
    `select version from ${table} where ${where} for no key update`,
    id === null ? [orgId] : [orgId, id],
  )
  const [row] = rows
  if (row !== undefined && !expected.includes(row.version)) throw changedMeanwhile(row.version)
}

/** The same in a typed transaction. */
export const requireVersion = (
  transaction: Queries,
  table: Versioned,
  orgId: number,
  id: number | null,
  expected: ExpectedVersions,
): Promise<void> => requireVersionOn(runnerOf(transaction), table, orgId, id, expected)
