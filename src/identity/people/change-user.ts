import type { Role } from '../credentials/roles.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { refuse } from '../../values/errors.ts'
import { editVersion, type ExpectedVersions } from '../organisations/require-version.ts'
import { checkName } from '../organisations/organisation-rules.ts'
import { noSuchUser, readUser } from './list-users.ts'
import { endSessions } from './user-sessions.ts'
import type { User } from './user.ts'
import { withdrawPasswordLink } from './withdraw-password-link.ts'

export interface UserChange {
  readonly name?: string | undefined
  readonly role?: Role | undefined
  readonly isDisabled?: boolean | undefined
}

/**
 * Changes the given properties only. The permissions of a new role apply within a second; a disabled person is signed
 * out.
 *
 * @param expected the versions that the change is made for; undefined: any.
 * @throws Refusal 404 for an unknown user, 400 for an invalid name, 409 if no administrator would be left, 412 if the
 * version differs.
 */
export function changeUser(
  queries: Queries,
  orgId: number,
  id: number,
  given: UserChange,
  expected?: ExpectedVersions,
): Promise<User> {
  return inTransaction(queries, async (transaction) => {
    // All administrators are locked: if two of them change each other's role, the second sees the first change.
    const administrators = await transaction
      .selectFrom('users')
      .select('id')
      .where('org_id', '=', orgId)
      .where('role', '=', 'admin')
      .where('disabled_at', 'is', null)
      .orderBy('id')
      .forUpdate()
      .execute()
    // Runs after the lock on the administrators, who may include this person: a transaction that holds only one of them
    // must not wait for the others.
    return editVersion(transaction, ['users', orgId, id], expected, async () => {
      const isLast = administrators.length === 1 && administrators[0]?.id === id
      await change(transaction, orgId, id, given, isLast)
      return readUser(transaction, orgId, id)
    })
  })
}

async function change(
  transaction: Queries,
  orgId: number,
  id: number,
  { name, role, isDisabled }: UserChange,
  isLast: boolean,
): Promise<void> {
  if (isLast && ((role !== undefined && role !== 'admin') || isDisabled === true))
    throw refuse.conflict('This is the last administrator: make somebody else one first')
  const row = await transaction
    .selectFrom('users')
    .select(['name', 'role', 'disabled_at'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw noSuchUser()
  const disabledAt = isDisabled === true ? (row.disabled_at ?? new Date()) : null
  await transaction
    .updateTable('users')
    .set({
      name: name === undefined ? row.name : checkName(name),
      role: role ?? row.role,
      disabled_at: isDisabled === undefined ? row.disabled_at : disabledAt,
    })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute()
  if (isDisabled === true) {
    await endSessions(transaction, orgId, id)
    await withdrawPasswordLink(transaction, orgId, id)
  }
}

/**
 * Changes a person's password, and ends the sessions started with the old one and a link for another.
 *
 * @param keptSessionId a session that continues. @throws Refusal 404 for an unknown user.
 */
export function setUserPassword(
  queries: Queries,
  orgId: number,
  id: number,
  passwordHash: string,
  keptSessionId?: number,
): Promise<void> {
  return inTransaction(queries, async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('users')
      .set({ password_hash: passwordHash })
      .where('org_id', '=', orgId)
      .where('id', '=', id)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw noSuchUser()
    await endSessions(transaction, orgId, id, keptSessionId)
    await withdrawPasswordLink(transaction, orgId, id)
  })
}
