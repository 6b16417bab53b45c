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
  /** What the person signs in with; unique across organisations, without regard to case. */
  readonly email: string
  readonly name: string
  readonly role: Role
  /** Of `hashNewPassword`. */
  readonly passwordHash: string
}

/** @returns the id. @throws Refusal 400 for a bad e-mail or name, or an e-mail that is taken. */
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
      // Of another organisation or of this one: who asks is not told which.
      if (isConstraint(error, 'logins__pkey') || isConstraint(error, 'users__email'))
        throw refuse.badRequest(`The e-mail address ${quote(email)} is taken`)
      throw error
    }
  })
}

/** Characters that are not taken for each other when they are read aloud or copied by hand. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A password for a person to begin with: four groups of five, 100 random bits. */
export function generatePassword(): string {
  const group = () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}
