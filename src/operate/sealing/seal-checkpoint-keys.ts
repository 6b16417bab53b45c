import type { Context } from '../../ledger/context.ts'
import { nameOfKey } from '../../platform/db/sealed-text.ts'
import { sealedCheckpointKey } from '../chain/checkpoint-keys.ts'

/**
 * Encrypts the keys that sign checkpoints with the given key, where another one was used. A key that cannot be decrypted
 * is left unchanged. @returns the number of encrypted keys.
 */
export async function sealCheckpointKeys(
  { config, database: { queries } }: Context,
  key: Buffer,
): Promise<number> {
  const rows = await queries
    .selectFrom('checkpoint_keys')
    .select(['org_id', 'id', 'kept'])
    .where('kept', 'not like', `sealed:${nameOfKey(key)}:%`)
    .execute()
  let sealed = 0
  for (const { org_id: orgId, id, kept } of rows) {
    let base64: string
    try {
      base64 = sealedCheckpointKey.open(config.secrets.keys, orgId, id, kept)
    } catch {
      continue
    }
    const { numUpdatedRows } = await queries
      .updateTable('checkpoint_keys')
      .set({ kept: sealedCheckpointKey.seal(key, orgId, id, base64) })
      .where('org_id', '=', orgId)
      .where('id', '=', id)
      .where('kept', '=', kept)
      .executeTakeFirstOrThrow()
    sealed += Number(numUpdatedRows)
  }
  return sealed
}
