import { emailKey } from '../access/session.ts'
import { roles, type Role } from '../access/roles.ts'
import { hashPassword } from '../access/secrets.ts'
import { Refusal } from '../errors.ts'

/** A person who may sign in, as administrators see it. Instants are epoch seconds. */
export interface User {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly isDisabled: boolean
  readonly createdAtS: number
  /** Null: never, or longer ago than sessions are kept. */
  readonly lastSeenAtS: number | null
}

const minPasswordLength = 10
const maxPasswordLength = 200

/** @returns the address as it is kept. @throws Refusal 400. */
export function checkEmail(email: string): string {
  const key = emailKey(email)
  // oxlint-disable-next-line no-control-regex
  if (key.length > 320 || !/^[^\s@\u0000-\u001F\p{Surrogate}]+@[^\s@\u0000-\u001F\p{Surrogate}]+$/u.test(key))
    throw new Refusal(400, 'The e-mail address is not valid')
  return key
}

/** @throws Refusal 400. */
export function checkRole(role: string): Role {
  const known = roles.find((one) => one === role)
  if (known === undefined) throw new Refusal(400, `The role must be one of ${roles.join(', ')}`)
  return known
}

/** A password that a person may have from now on. @throws Refusal 400 for one that is too easily guessed. */
export function checkNewPassword(password: string, email: string): string {
  const { length } = Array.from(password)
  if (length < minPasswordLength || length > maxPasswordLength) {
    throw new Refusal(400, `The password must have ${minPasswordLength} to ${maxPasswordLength} characters`)
  }
  if (password.toLowerCase() === emailKey(email))
    throw new Refusal(400, 'The password must not be the e-mail address')
  if (new Set(password).size < 4)
    throw new Refusal(400, 'The password must have at least 4 different characters')
  return password
}

/** The hash of a password that was checked. @param slowly runs it where not too many run at once. */
export async function hashNewPassword(
  password: string,
  email: string,
  slowly: (work: () => Promise<string>) => Promise<string> = (work) => work(),
): Promise<string> {
  const checked = checkNewPassword(password, email)
  return slowly(() => hashPassword(checked))
}
