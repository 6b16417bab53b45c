import { randomInt } from 'node:crypto'
import type { Role } from '../credentials/roles.ts'
import { isConstraint } from '../../platform/db/constraint.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { quote, refuse } from '../../values/errors.ts'
import { checkName } from '../organisations/organisation-rules.ts'
import { checkEmail } from './user.ts'

export interface NewUser {
  readonly orgId: number
  /** The person's sign-in name; unique across organisations, case-insensitive. */
  readonly email: string
  readonly name: string
  readonly role: Role
  /** As returned by `hashNewPassword`. */
  readonly passwordHash: string
}

/** @returns the id. @throws Refusal 400 for an invalid e-mail address or name, or a taken e-mail address. */
export function createUser(
  queries: Queries,
  { orgId, role, passwordHash, ...given }: NewUser,
): Promise<number> {
  const email = checkEmail(given.email)
  const name = checkName(given.name)
  return inTransaction(queries, async (transaction) => {
    try {
      const { id } = await transaction
        .insertInto('users')
        .values({ org_id: orgId, email, name, role, password_hash: passwordHash })
        .returning('id')
        .executeTakeFirstOrThrow()
      await transaction
        .insertInto('logins')
        .values({ login: email, kind: 'user', org_id: orgId, holder_id: id })
        .execute()
      return id
    } catch (error) {
      // It may belong to this or another organisation; the caller is not told which.
      if (isConstraint(error, 'logins__pkey') || isConstraint(error, 'users__email'))
        throw refuse.badRequest(`The e-mail address ${quote(email)} is taken`)
      throw error
    }
  })
}

/** Characters that are not confused when read aloud or copied by hand. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'

/** An initial password for a person: four groups of five, 100 random bits. */
export function generatePassword(): string {
  const group = () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}
