import { sql } from 'kysely'
import type { IdentityContext } from '../context.ts'
import { createSession } from '../credentials/session.ts'
import { generateSecret, sha256 } from '../credentials/secrets.ts'
import { recorded } from '../../platform/author.ts'
import { epochS } from '../../platform/db/sql.ts'
import type { Queries } from '../../platform/db/queries.ts'
import type { Origin } from '../../values/caller.ts'
import { type Refusal, refuse } from '../../values/errors.ts'
import { setUserPassword } from './change-user.ts'
import { readUser } from './list-users.ts'
import { hashNewPassword } from './user.ts'
import { withdrawPasswordLink } from './withdraw-password-link.ts'

/** Long enough to pass it on by hand, and too short for it to be found later in a mailbox. */
export const linkLifeMinutes = 60

/** `expiresAtS`: epoch seconds. */
export interface PasswordLink {
  /** The secret part of the link, only this once: it is stored as a hash. */
  readonly token: string
  readonly expiresAtS: number
}

/** The person whose password a link changes. */
export interface LinkHolder {
  readonly name: string
  readonly email: string
  readonly organisation: string
}

/**
 * Makes a link with which a person chooses a new password. An earlier link of the person stops working.
 *
 * @param fixedNow null: the clock of the database. @throws Refusal 404 for an unknown user, 409 for a disabled one.
 */
export async function createPasswordLink(
  transaction: Queries,
  orgId: number,
  userId: number,
  fixedNow: Date | null,
): Promise<PasswordLink> {
  const { isDisabled } = await readUser(transaction, orgId, userId)
  if (isDisabled) throw refuse.conflict('This person is disabled: enable the person first')
  await withdrawPasswordLink(transaction, orgId, userId)
  const secret = generateSecret()
  const now = sql<Date>`coalesce(${fixedNow}::timestamptz, statement_timestamp())`
  const { expires_at_s: expiresAtS } = await transaction
    .insertInto('password_links')
    .values({
      org_id: orgId,
      user_id: userId,
      token_hash: sha256(secret),
      created_at: now,
      expires_at: sql<Date>`${now} + make_interval(mins => ${linkLifeMinutes})`,
    })
    .returning(sql<number>`${sql.raw(epochS('expires_at'))}`.as('expires_at_s'))
    .executeTakeFirstOrThrow()
  return { token: `${orgId}.${secret}`, expiresAtS }
}

/** One answer for every reason, so that it tells nothing about links that exist. */
const noSuchLink = (): Refusal =>
  refuse.notFound(
    'This link does not work: it was used, replaced by a newer one or has expired. An administrator can make another one',
  )

/** The organisation and the hash that a token names. @throws Refusal 404. */
function readToken(token: string): { readonly orgId: number; readonly hash: Buffer } {
  const [, orgId, secret] = /^(\d{1,15})\.([\w-]{43})$/.exec(token) ?? []
  if (orgId === undefined || secret === undefined) throw noSuchLink()
  return { orgId: Number(orgId), hash: sha256(secret) }
}

const holderSql = `
select u.id, u.name, u.email, o.name as organisation
from password_links l
join users u on u.org_id = l.org_id and u.id = l.user_id
join organisations o on o.org_id = l.org_id
where l.org_id = $1 and l.token_hash = $2 and l.expires_at > coalesce($3::timestamptz, statement_timestamp())
  and u.disabled_at is null`

/** Returns whose password a link changes; it still works afterwards. @throws Refusal 404 for a link that does not work. */
export async function readPasswordLink(
  { database, fixedNow }: IdentityContext,
  token: string,
): Promise<LinkHolder & { readonly id: number }> {
  const { orgId, hash } = readToken(token)
  const { rows } = await database.pool.query<LinkHolder & { id: number }>(holderSql, [orgId, hash, fixedNow])
  const [holder] = rows
  if (holder === undefined) throw noSuchLink()
  return holder
}

/**
 * Uses a link: the person has the new password, all earlier sessions are over, and a new one begins. Of several
 * attempts with the same link, one succeeds.
 *
 * @returns the secret of the session, for the cookie.
 * @throws Refusal 404 for a link that does not work, 400 for a password that is too easy to guess; the link is then
 * still unused.
 */
export async function usePasswordLink(
  context: IdentityContext,
  { token, password, userAgent }: Readonly<Record<'token' | 'password' | 'userAgent', string>>,
  origin: Origin,
): Promise<string> {
  const { orgId, hash } = readToken(token)
  const { id, email, organisation } = await readPasswordLink(context, token)
  const passwordHash = await hashNewPassword({ password, email, organisation }, context.slowHashes)
  const author = { kind: 'user', holderId: id, origin } as const
  await recorded(context.database.queries, author, async (transaction) => {
    const used = await transaction
      .deleteFrom('password_links')
      .where('org_id', '=', orgId)
      .where('token_hash', '=', hash)
      .returning('user_id')
      .executeTakeFirst()
    // Another attempt, another link or a disabled person came first.
    if (used?.user_id !== id) throw noSuchLink()
    await setUserPassword(transaction, orgId, id, passwordHash)
  })
  return createSession(context, orgId, id, userAgent, origin)
}
