import { sql } from 'kysely'
import { sealedTokenKey } from '../../identity/credentials/token-keys.ts'
import type { Context } from '../../ledger/context.ts'
import { commonKey } from '../../platform/db/common-key.ts'
import { nameOfKey, seal, unseal } from '../../platform/db/sealed-text.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { keepWorking } from '../../platform/keep-working.ts'
import { placeOf } from '../../webhooks/webhook.ts'
import { sealCheckpointKeys } from './seal-checkpoint-keys.ts'
import { readMissingKeys } from './missing-keys.ts'

const sealEveryMs = 30_000

/**
 * Encrypts secrets that are unencrypted or under another key with the first key that all processes have. Secrets that
 * cannot be decrypted are left unchanged.
 *
 * @returns the number of encrypted secrets.
 */
export async function sealStored(context: Context): Promise<number> {
  const key = await commonKey(context.database.queries, context.config.secrets.keys)
  if (key === undefined) return 0
  return (
    (await sealWebhooks(context, key)) +
    (await sealTokenKeys(context, key)) +
    (await sealCheckpointKeys(context, key))
  )
}

async function sealWebhooks({ config, database }: Context, key: Buffer): Promise<number> {
  const sealedWith = `sealed:${nameOfKey(key)}:%`
  const { rows } = await database.pool.query<{
    org_id: number
    id: number
    secret: string
    former_secret: string | null
    headers: string
  }>(
    `select org_id, id, secret, former_secret, headers from webhooks
     where state <> 'deleted' and not (secret like $1 and headers like $1 and coalesce(former_secret like $1, true))
     order by org_id, id`,
    [sealedWith],
  )
  let sealed = 0
  for (const { org_id: orgId, id, secret, former_secret: former, headers } of rows) {
    const reseal = (what: 'secret' | 'headers', kept: string): string => {
      const place = placeOf(what, orgId, id)
      try {
        return seal(key, place, unseal(config.secrets.keys, place, kept))
      } catch {
        // Its key is lost, which is reported once for all of them: other texts of the webhook may still be readable.
        return kept
      }
    }
    const after = {
      secret: reseal('secret', secret),
      former_secret: former === null ? null : reseal('secret', former),
      headers: reseal('headers', headers),
    }
    if (after.secret === secret && after.former_secret === former && after.headers === headers) continue
    sealed += await inTransaction(database.queries, async (transaction) => {
      // No person has changed the webhook: the audit log does not record it.
      await sql`set local counterfoil.sealing = '1'`.execute(transaction)
      const { numUpdatedRows } = await transaction
        .updateTable('webhooks')
        .set(after)
        .where('org_id', '=', orgId)
        .where('id', '=', id)
        // Do not overwrite a secret that was rotated meanwhile.
        .where('secret', '=', secret)
        .where('former_secret', 'is not distinct from', former)
        .where('headers', '=', headers)
        .executeTakeFirstOrThrow()
      return Number(numUpdatedRows)
    })
  }
  return sealed
}

/** The secret of a token key never changes, so it may be re-encrypted while tokens are signed with it. */
async function sealTokenKeys({ config, database }: Context, key: Buffer): Promise<number> {
  return inTransaction(database.queries, async (transaction) => {
    const clear = await transaction.deleteFrom('token_keys').returningAll().execute()
    const others = await transaction
      .selectFrom('sealed_token_keys')
      .selectAll()
      .where('kept', 'not like', `sealed:${nameOfKey(key)}:%`)
      .forUpdate()
      .execute()
    const readable = others.flatMap(({ kid, kept, created_at: createdAt }) => {
      try {
        const secret = sealedTokenKey.open(config.secrets.keys, kid, kept)
        return [{ kid, secret, created_at: createdAt }]
      } catch {
        return []
      }
    })
    for (const { kid, secret, created_at: createdAt } of [...clear, ...readable]) {
      const kept = sealedTokenKey.seal(key, kid, secret)
      await transaction
        .insertInto('sealed_token_keys')
        .values({ kid, kept, created_at: createdAt })
        .onConflict((conflict) => conflict.column('kid').doUpdateSet({ kept }))
        .execute()
    }
    return clear.length + readable.length
  })
}

/**
 * Encrypts when a server starts and, since processes come and go, every half minute. @returns a function that stops it.
 */
export function startSealing(context: Context): () => Promise<void> {
  const { log, config, database } = context
  let sealAtMs = 0
  let told = ''
  const step = async (): Promise<boolean> => {
    if (Date.now() < sealAtMs) return false
    sealAtMs = Date.now() + sealEveryMs
    const sealed = await sealStored(context)
    if (sealed > 0) log.info({ secrets: sealed }, 'secrets in the database were encrypted')
    const missing = await readMissingKeys(database.pool, config.secrets.keys)
    const names = missing.join(', ')
    if (names !== '' && names !== told)
      log.error(
        { keys: missing },
        'SECRET_KEYS lacks keys that secrets in the database are encrypted with: these webhooks send nothing, these access tokens are refused, and checkpoints cannot be signed',
      )
    told = names
    return false
  }
  if (config.secrets.keys.length === 0)
    log.warn(
      'SECRET_KEYS is not set: secrets of webhooks and keys of access tokens can be read by anyone who can read the database or a backup of it',
    )
  return keepWorking(context, step, 'secrets could not be encrypted')
}
