import { checkChosenPassword } from '../credentials/password-rules.ts'
import { hashTillPassword } from '../credentials/secrets.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { isConstraint } from '../../platform/db/constraint.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { quote, refuse } from '../../values/errors.ts'
import { findAccessGroup, findTillGroup } from './find-access-group.ts'
import { checkDescription } from './organisation-rules.ts'

export interface NewTill {
  readonly orgId: number
  /** The store's code, or its id. */
  readonly storeCode: string | number
  /** User name of the till; unique across organisations, without a colon (Basic authentication splits there). */
  readonly code: string
  readonly password: string
  readonly isReadOnly: boolean
  /** By name; default: `till` or `read-only`. */
  readonly accessGroup?: string | undefined
  /** A till of the demo: its password is published, so it may be easy to guess. */
  readonly isPublic?: boolean
  readonly description?: string
}

/** @throws Refusal 400 for a password that is too easy to guess, stating the rule. */
export async function checkTillPassword(
  queries: Queries,
  orgId: number,
  code: string,
  password: string,
): Promise<void> {
  const { name } = await queries
    .selectFrom('organisations')
    .select('name')
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow()
  checkChosenPassword(password, { 'till code': code, 'name of the organisation': name })
}

/**
 * @returns the till's id.
 * @throws Refusal 400 for an invalid value or an unknown access group, 1214 for an unknown store, 1207 for a taken
 * code.
 */
export async function createTill(queries: Queries, given: NewTill): Promise<number> {
  const { orgId, storeCode, code, password, isReadOnly } = given
  // oxlint-disable-next-line no-control-regex
  if (!/^[^\s:\u0000-\u001F]{1,200}$/.test(code)) {
    throw refuse.badRequest(`${quote(code)} is no till code: 1 to 200 characters without spaces and colons`)
  }
  if (given.isPublic !== true) await checkTillPassword(queries, orgId, code, password)
  const passwordHash = await hashTillPassword(password)
  return inTransaction(queries, async (transaction) => {
    const store = await transaction
      .selectFrom('stores')
      .select('id')
      .where('org_id', '=', orgId)
      .where((where) =>
        typeof storeCode === 'number' ? where('id', '=', storeCode) : where('code', '=', storeCode),
      )
      .executeTakeFirst()
    if (store === undefined) throw refuse.storeInvalid(`There is no store ${quote(String(storeCode))}`)
    const named = given.accessGroup ?? (isReadOnly ? 'read-only' : undefined)
    const groupId =
      named === undefined
        ? await findTillGroup(transaction, orgId)
        : await findAccessGroup(transaction, orgId, named)
    try {
      const { id } = await transaction
        .insertInto('tills')
        .values({
          org_id: orgId,
          store_id: store.id,
          access_group_id: groupId,
          code,
          description: checkDescription(given.description ?? ''),
          password_hash: passwordHash,
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      await transaction
        .insertInto('logins')
        .values({ login: code, kind: 'till', org_id: orgId, holder_id: id })
        .execute()
      return id
    } catch (error) {
      if (isConstraint(error, 'tills__code') || isConstraint(error, 'logins__pkey')) {
        throw refuse.nameTaken(`The till code ${quote(code)} is taken; codes are unique across organisations`)
      }
      throw error
    }
  })
}
