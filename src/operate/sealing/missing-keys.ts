import type { Pool } from 'pg'
import { nameOfKey } from '../../platform/db/sealed-text.ts'

/** Names of keys that encrypt current secrets and are not among the given ones. */
export async function readMissingKeys(pool: Pool, keys: readonly Buffer[]): Promise<string[]> {
  const { rows: tables } = await pool.query<{ isThere: boolean; hasCheckpoints: boolean }>(
    `select to_regclass('sealed_token_keys') is not null as "isThere",
       to_regclass('checkpoint_keys') is not null as "hasCheckpoints"`,
  )
  // A schema of an earlier version, as in a backup.
  if (tables[0]?.isThere !== true) return []
  const { rows } = await pool.query<{ name: string }>(
    `select split_part(kept, ':', 2) as name
     from webhooks, unnest(array[secret, headers, case when former_secret_until > now() then former_secret end]) kept
     where state <> 'deleted' and kept like 'sealed:%'
     union select split_part(kept, ':', 2) from sealed_token_keys
     ${tables[0].hasCheckpoints ? "union select split_part(kept, ':', 2) from checkpoint_keys" : ''}
     order by 1`,
  )
  const held = new Set(keys.map(nameOfKey))
  return rows.map(({ name }) => name).filter((name) => !held.has(name))
}

/** Number of unencrypted secrets in the database. */
export async function countReadable(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    `select (select count(*) from webhooks where state <> 'deleted' and secret like 'plain:%')::int
       + (select count(*) from token_keys)::int as n`,
  )
  return rows[0]?.n ?? 0
}
