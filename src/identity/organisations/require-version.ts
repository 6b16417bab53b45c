import { runnerOf, type Queries } from '../../platform/db/queries.ts'
import type { Runner } from '../../platform/db/runner.ts'
import { Refusal, refuse } from '../../values/errors.ts'

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

async function lockVersion(
  client: Runner,
  [table, orgId, id]: readonly [Versioned, number, number | null],
): Promise<number | undefined> {
  const { rows } = await client.query<{ version: number }>(
    `select version from ${table} where ${id === null ? 'org_id = $1' : 'org_id = $1 and id = $2'} for no key update`,
    id === null ? [orgId] : [orgId, id],
  )
  return rows[0]?.version
}

/**
 * Locks a row until the transaction ends if it must have a certain version, for edits whose retries are recognised by
 * their Idempotency-Key.
 *
 * @throws Refusal 412 with the current version. A nonexistent row is left to the operation.
 */
export async function requireVersionOn(
  client: Runner,
  row: readonly [Versioned, number, number | null],
  expected: ExpectedVersions,
): Promise<void> {
  if (expected === undefined) return
  const version = await lockVersion(client, row)
  if (version !== undefined && !expected.includes(version)) throw changedMeanwhile(version)
}

/**
 * Executes a change of a row that may have been made for another version. The row is locked until the transaction ends,
 * so of two changes made for the same version only one is executed.
 *
 * A change for an old version that changes nothing is accepted: it is the retry of one whose answer was lost, or the
 * other person wanted the same (RFC 9110, section 13.1.1). Triggers count a version only if the row changes.
 *
 * @param id null for the organisation itself. @throws Refusal 412 with the current version, to be thrown out of the
 * transaction. A nonexistent row is left to the operation.
 */
export async function editVersionOn<Result>(
  client: Runner,
  row: readonly [Versioned, number, number | null],
  expected: ExpectedVersions,
  work: () => Promise<Result>,
): Promise<Result> {
  if (expected === undefined) return work()
  const version = await lockVersion(client, row)
  if (version === undefined || expected.includes(version)) return work()
  const result = await work().catch((error: unknown) => {
    throw error instanceof Refusal ? changedMeanwhile(version) : error
  })
  if ((await lockVersion(client, row)) !== version) throw changedMeanwhile(version)
  return result
}

/** `requireVersionOn` in a typed transaction. */
export const requireVersion = (
  transaction: Queries,
  row: readonly [Versioned, number, number | null],
  expected: ExpectedVersions,
): Promise<void> => requireVersionOn(runnerOf(transaction), row, expected)

/** `editVersionOn` in a typed transaction. */
export const editVersion = <Result>(
  transaction: Queries,
  row: readonly [Versioned, number, number | null],
  expected: ExpectedVersions,
  work: () => Promise<Result>,
): Promise<Result> => editVersionOn(runnerOf(transaction), row, expected, work)
