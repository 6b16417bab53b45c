import { generateSecret, sha256 } from '../access/secrets.ts'
import type { Queries } from '../db/queries.ts'
import { isConstraint } from '../db/constraint.ts'
import { inTransaction } from '../db/transaction.ts'
import { quote, Refusal } from '../errors.ts'

export interface NewClient {
  readonly orgId: number
  /** The till it acts as unless a request says otherwise; it gets that till's access group. */
  readonly tillCode: string
  readonly name: string
  /** Given for the demo only; generated otherwise. */
  readonly credentials?: ClientCredentials
}

export interface ClientCredentials {
  readonly key: string
  /** Kept as a hash: this is the only time that it is known. */
  readonly secret: string
}

/** @throws Refusal 400 for a bad name, an unknown till or a name that is taken. */
export async function createClient(
  queries: Queries,
  given: NewClient,
): Promise<ClientCredentials & { id: number }> {
  const { orgId, tillCode, name } = given
  if (name.trim() === '' || name.length > 200)
    throw new Refusal(400, 'The name must have 1 to 200 characters')
  const { key, secret } = given.credentials ?? {
    key: generateSecret().slice(0, 22),
    secret: generateSecret(),
  }
  return inTransaction(queries, async (transaction) => {
    const till = await transaction
      .selectFrom('tills')
      .select(['id', 'access_group_id'])
      .where('org_id', '=', orgId)
      .where('code', '=', tillCode)
      .executeTakeFirst()
    if (till === undefined) throw new Refusal(400, `There is no till ${quote(tillCode)}`)
    try {
      const { id } = await transaction
        .insertInto('clients')
        .values({
          org_id: orgId,
          till_id: till.id,
          access_group_id: till.access_group_id,
          name,
          key,
          secret_hash: sha256(secret),
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      await transaction
        .insertInto('logins')
        .values({ login: key, kind: 'client', org_id: orgId, holder_id: id })
        .execute()
      return { id, key, secret }
    } catch (error) {
      if (isConstraint(error, 'clients__name'))
        throw new Refusal(400, `There is a client ${quote(name)} already`)
      throw error
    }
  })
}
