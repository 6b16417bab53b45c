import { hashTillPassword } from '../access/secrets.ts'
import type { Queries } from '../db/queries.ts'
import { isConstraint } from '../db/constraint.ts'
import { inTransaction } from '../db/transaction.ts'
import { quote, Refusal } from '../errors.ts'

export interface NewTill {
  readonly orgId: number
  readonly storeCode: string
  /** User name of the till; unique across organisations, without a colon (Basic authentication splits there). */
  readonly code: string
  readonly password: string
  readonly isReadOnly: boolean
}

/** @returns the till's id. @throws Refusal 400 for a bad value, an unknown store or a code that is taken. */
export async function createTill(queries: Queries, given: NewTill): Promise<number> {
  const { orgId, storeCode, code, password, isReadOnly } = given
  // oxlint-disable-next-line no-control-regex
  if (!/^[^\s:\u0000-\u001F]{1,200}$/.test(code)) {
    throw new Refusal(400, `${quote(code)} is no till code: 1 to 200 characters without spaces and colons`)
  }
  if (password === '' || password.length > 200)
    throw new Refusal(400, 'The password must have 1 to 200 characters')
  const passwordHash = await hashTillPassword(password)
  return inTransaction(queries, async (transaction) => {
    const store = await transaction
      .selectFrom('stores')
      .select('id')
      .where('org_id', '=', orgId)
      .where('code', '=', storeCode)
      .executeTakeFirst()
    if (store === undefined) throw new Refusal(400, `There is no store ${quote(storeCode)}`)
    const group = await transaction
      .selectFrom('access_groups')
      .select('id')
      .where('org_id', '=', orgId)
      .where('name', '=', isReadOnly ? 'read-only' : 'default')
      .executeTakeFirstOrThrow()
    try {
      const { id } = await transaction
        .insertInto('tills')
        .values({
          org_id: orgId,
          store_id: store.id,
          access_group_id: group.id,
          code,
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
        throw new Refusal(400, `The till code ${quote(code)} is taken; codes are unique across organisations`)
      }
      throw error
    }
  })
}
