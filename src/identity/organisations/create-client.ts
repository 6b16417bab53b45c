import { generateSecret, sha256 } from '../credentials/secrets.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { isConstraint } from '../../platform/db/constraint.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { quote, refuse } from '../../values/errors.ts'
import { findAccessGroup } from './find-access-group.ts'
import { checkName } from './organisation-rules.ts'

export interface NewClient {
  readonly orgId: number
  /** The till it acts as unless a request names another. */
  readonly tillCode: string
  readonly name: string
  /** By name; default: that of the till. */
  readonly accessGroup?: string | undefined
  /** Given only for the demo; otherwise generated. */
  readonly credentials?: ClientCredentials
}

export interface ClientCredentials {
  readonly key: string
  /** Returned only here: it is stored as a hash. */
  readonly secret: string
}

/** @throws Refusal 400 for an invalid name, an unknown or revoked till, an unknown access group, or a taken name. */
export async function createClient(
  queries: Queries,
  given: NewClient,
): Promise<ClientCredentials & { id: number }> {
  const { orgId, tillCode } = given
  const name = checkName(given.name)
  // PostgreSQL texts cannot contain NUL, so no till code does.
  if (tillCode.includes('\0')) throw refuse.badRequest(`There is no till ${quote(tillCode)}`)
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
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    if (till === undefined) throw refuse.badRequest(`There is no till ${quote(tillCode)}`)
    const groupId =
      given.accessGroup === undefined
        ? till.access_group_id
        : await findAccessGroup(transaction, orgId, given.accessGroup)
    try {
      const { id } = await transaction
        .insertInto('clients')
        .values({
          org_id: orgId,
          till_id: till.id,
          access_group_id: groupId,
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
        throw refuse.badRequest(`There is a client ${quote(name)} already`)
      throw error
    }
  })
}
