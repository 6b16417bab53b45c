import { checkChosenPassword } from '../credentials/password-rules.ts'
import { emailKey } from '../credentials/session.ts'
import { roles, type Role } from '../credentials/roles.ts'
import { hashPassword } from '../credentials/secrets.ts'
import type { Semaphore } from '../../platform/semaphore.ts'
import { refuse } from '../../values/errors.ts'

/** A person who may sign in, as shown to administrators. Instants are epoch seconds. */
export interface User {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly isDisabled: boolean
  readonly createdAtS: number
  /** To within a minute. Null: never. */
  readonly lastSeenAtS: number | null
  /** Number of changes. */
  readonly version: number
}

/** @returns the address in its stored form. @throws Refusal 400. */
export function checkEmail(email: string): string {
  const key = emailKey(email)
  // oxlint-disable-next-line no-control-regex
  if (key.length > 320 || !/^[^\s@\u0000-\u001F\p{Surrogate}]+@[^\s@\u0000-\u001F\p{Surrogate}]+$/u.test(key))
    throw refuse.badRequest('The e-mail address is not valid')
  return key
}

/** @throws Refusal 400. */
export function checkRole(role: string): Role {
  const known = roles.find((one) => one === role)
  if (known === undefined) throw refuse.badRequest(`The role must be one of ${roles.join(', ')}`)
  return known
}

/** The future holder of a new password. */
export interface NewPassword {
  readonly password: string
  /** Of the person. */
  readonly email: string
  /** Name of the organisation. */
  readonly organisation: string
}

/**
 * Returns the hash of a chosen password.
 *
 * @param slowHashes the queue for the hash; undefined: it is computed at once. @throws Refusal 400 for a password that
 * is too easy to guess.
 */
export async function hashNewPassword(
  { password, email, organisation }: NewPassword,
  slowHashes?: Semaphore,
): Promise<string> {
  const checked = checkChosenPassword(password, {
    'e-mail address': emailKey(email),
    'name in the e-mail address': emailKey(email).split('@', 1)[0] ?? '',
    'name of the organisation': organisation,
  })
  return slowHashes === undefined ? hashPassword(checked) : slowHashes.run(() => hashPassword(checked))
}
