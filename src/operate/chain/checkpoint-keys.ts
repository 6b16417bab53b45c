import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { sql } from 'kysely'
import { recordEntry } from '../../identity/audit-log/record-entry.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { seal, unseal } from '../../platform/db/sealed-text.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { OperatorError } from '../../values/errors.ts'
import { nameOfPublicKey, readPrivateKey } from './checkpoint-rules.ts'

const placeOf = (orgId: number, id: string): string => `checkpoint_keys.kept ${orgId} ${id}`

/** How a private key is stored. */
export const sealedCheckpointKey = {
  seal: (key: Buffer, orgId: number, id: string, base64: string): string =>
    seal(key, placeOf(orgId, id), base64),
  /** @throws OperatorError if its encryption key is not among those given. */
  open: (keys: readonly Buffer[], orgId: number, id: string, kept: string): string =>
    unseal(keys, placeOf(orgId, id), kept),
}

/** The keys of an organisation, the newest first. */
const keptKeys = (queries: Queries, orgId: number) =>
  queries
    .selectFrom('checkpoint_keys')
    .select(['id', 'kept'])
    .where('org_id', '=', orgId)
    .orderBy('created_at', 'desc')
    .execute()

/**
 * Returns the public keys whose checkpoints are of this organisation. They are derived from the encrypted private keys:
 * nobody who can only write to the database can add one. Keys that cannot be decrypted are left out.
 *
 * @throws OperatorError if there are keys and none can be decrypted.
 */
export async function readPublicKeys(
  queries: Queries,
  keys: readonly Buffer[],
  orgId: number,
): Promise<KeyObject[]> {
  const opened: KeyObject[] = []
  let failure: unknown
  for (const { id, kept } of await keptKeys(queries, orgId)) {
    try {
      opened.push(createPublicKey(readPrivateKey(sealedCheckpointKey.open(keys, orgId, id, kept))))
    } catch (error) {
      failure = error
    }
  }
  if (opened.length === 0 && failure !== undefined) throw failure
  return opened
}

/**
 * Returns the private key that signs the checkpoints of an organisation, which is made when it is first needed.
 *
 * @param keys of `SECRET_KEYS`, the first of which encrypts a new key.
 * @param isReplaced true: a new key is made in any case, which signs from now on.
 * @throws OperatorError if they cannot decrypt it, and without `SECRET_KEYS`: whoever can change the database could then sign, too.
 */
export async function signingKeyOf(
  queries: Queries,
  keys: readonly Buffer[],
  orgId: number,
  isReplaced = false,
): Promise<{ privateKey: KeyObject; isNew: boolean }> {
  const [first] = keys
  if (first === undefined)
    throw new OperatorError(
      'checkpoints need SECRET_KEYS, as the server has it: without it, whoever can change the database could read the key and sign, too',
    )
  return inTransaction(queries, async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`counterfoil checkpoint key ${orgId}`}, 0))`.execute(
      transaction,
    )
    const [newest] = isReplaced ? [] : await keptKeys(transaction, orgId)
    if (newest !== undefined) {
      const base64 = sealedCheckpointKey.open(keys, orgId, newest.id, newest.kept)
      return { privateKey: readPrivateKey(base64), isNew: false }
    }
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const id = nameOfPublicKey(publicKey)
    const base64 = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')
    const kept = sealedCheckpointKey.seal(first, orgId, id, base64)
    await transaction.insertInto('checkpoint_keys').values({ org_id: orgId, id, kept }).execute()
    await recordEntry(transaction, orgId, 'checkpoint-key.made', null, { id })
    return { privateKey, isNew: true }
  })
}
