import type { Database } from '../../platform/db/database.ts'
import type { CheckResult } from '../integrity/audit-ledger.ts'
import { isSignedBy, type Checkpoint } from './checkpoint-rules.ts'
import { readPublicKeys } from './checkpoint-keys.ts'

/** $1 organisation, $2 position. */
const chainSql = `
select c.id as chain, c.length, encode(coalesce(l.hash, case when $2::bigint = 0 then c.hash end), 'hex') as hash
from event_chains c left join event_links l on l.org_id = c.org_id and l.position = $2
where c.org_id = $1`

interface Found {
  readonly chain: string
  readonly length: number
  /** Of the position; null: there is no such link. */
  readonly hash: string | null
}

const hashAt = (hash: string): string => `the hash ${hash.slice(0, 16)}…`

/** @returns what was found and what should have been; undefined: the chain contains the checkpoint. */
function differenceOf(
  { chain, position, hash }: Checkpoint,
  found: Found | undefined,
): { found: string; expected: string } | undefined {
  if (found === undefined) return { found: 'no chain', expected: `the chain ${chain}` }
  if (found.chain !== chain)
    return {
      found: `the chain ${found.chain}`,
      expected: `the chain ${chain}: the chain was begun anew, as by emptying a sandbox`,
    }
  if (position === 0) return undefined
  if (position > found.length || found.hash === null)
    return {
      found: `a chain that ends at position ${found.length}`,
      expected: `at least position ${position}: the chain was cut short`,
    }
  return found.hash === hash
    ? undefined
    : { found: hashAt(found.hash), expected: `${hashAt(hash)}: the chain was rewritten` }
}

export interface NamedCheckpoint {
  readonly name: string
  readonly checkpoint: Checkpoint
}

/**
 * Compares checkpoints that were exported earlier with the chain of their organisation: only they show that the end of
 * the chain was cut off, or that all of it was written anew.
 *
 * @param secretKeys of `SECRET_KEYS`. @throws OperatorError if they lack the key that encrypts a signing key.
 */
export async function checkCheckpoints(
  { pool, queries }: Database,
  secretKeys: readonly Buffer[],
  orgId: number,
  checkpoints: readonly NamedCheckpoint[],
): Promise<CheckResult[]> {
  if (checkpoints.length === 0) return []
  const publicKeys = await readPublicKeys(queries, secretKeys, orgId)
  const results: CheckResult[] = []
  for (const { name, checkpoint } of checkpoints) {
    const startedAt = performance.now()
    const { rows } = await pool.query<Found>(chainSql, [orgId, checkpoint.position])
    const difference = isSignedBy(checkpoint, publicKeys)
      ? differenceOf(checkpoint, rows[0])
      : {
          found: 'not signed by a key of this organisation',
          expected: 'signed by one: the checkpoint is forged, or its key was removed',
        }
    const subject = `position ${checkpoint.position}, signed at ${checkpoint.signedAt}`
    results.push({
      name: `chain: it contains the checkpoint ${name}`,
      faults: difference === undefined ? 0 : 1,
      examples: difference === undefined ? [] : [{ subject, ...difference }],
      elapsedMs: performance.now() - startedAt,
    })
  }
  return results
}
