import type { IdentityContext } from '../context.ts'
import { refuse } from '../../values/errors.ts'
import { networkOf } from '../../values/network.ts'
import { recorded } from '../../platform/author.ts'
import { outageOf } from '../../platform/outage-rules.ts'
import { clientSettingsOf } from '../../values/client-settings.ts'
import type { Caller, Origin } from '../../values/caller.ts'
import { permissionsOfRole, type Role } from './roles.ts'
import { generateSecret, hashPassword, isPassword, sha256 } from './secrets.ts'
import { attemptSignIn } from './sign-in-attempts.ts'

interface Person {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly role: Role
}

/** A signed-in person in one browser. */
export interface Session {
  readonly id: number
  readonly person: Person
  readonly organisation: {
    readonly id: number
    readonly name: string
    readonly timeZone: string
    readonly country: string
    readonly currency: string | null
    readonly isSandbox: boolean
  }
  readonly caller: Caller
}

/** An e-mail address in the form used for storage and comparison. */
export const emailKey = (email: string): string => email.trim().toLowerCase()

const findSql = `
select l.org_id, u.id, u.password_hash, u.disabled_at is not null as is_disabled,
  array(select distinct s.address from user_sessions s where s.org_id = u.org_id and s.user_id = u.id) as addresses
from (select $1::text as login) w
left join logins l on l.kind = 'user' and l.login = w.login
left join users u on u.org_id = l.org_id and u.id = l.holder_id`

interface FoundRow {
  org_id: number | null
  id: number | null
  password_hash: string | null
  is_disabled: boolean
  /** Addresses from which sessions were started in the last 30 days, which is as long as sessions are retained. */
  addresses: string[]
}

/** Checked when there is no such user; nobody has this password. */
let decoyHash: Promise<string> | undefined

/** Verifies a password when its turn in the queue of slow hashes comes. */
async function checkPassword(
  context: IdentityContext,
  password: string,
  passwordHash: string | null,
): Promise<boolean> {
  const hash = passwordHash ?? (await (decoyHash ??= hashPassword('')))
  const isRight = await context.slowHashes.run(() => isPassword(password, hash))
  return isRight && passwordHash !== null
}

export interface Given {
  readonly email: string
  readonly password: string
  readonly userAgent: string
  /**
   * Called for a person who has not signed in from the address before. @throws Refusal 429 if there were too many
   * sign-ins from the address.
   */
  readonly requireQuota: () => void
}

/**
 * Signs a person in.
 *
 * @returns the secret of the new session, for the cookie.
 * @throws Refusal 401, with the same text and timing for an unknown e-mail address, a wrong password and a disabled
 * person; 429 after too many failures.
 */
export async function beginSession(context: IdentityContext, given: Given, origin: Origin): Promise<string> {
  const email = emailKey(given.email).replaceAll('\0', ' ')
  const { rows } = await context.database.pool.query<FoundRow>(findSql, [email])
  const found = rows[0]
  const network = networkOf(origin.address)
  const isKnownAddress = found?.addresses.some((address) => networkOf(address) === network) === true
  if (!isKnownAddress) given.requireQuota()
  const isRight = await attemptSignIn(
    context,
    { kind: 'user', login: email },
    origin.address,
    isKnownAddress,
    async () =>
      (await checkPassword(context, given.password, found?.password_hash ?? null)) &&
      found?.is_disabled === false,
  )
  if (!isRight || !found?.id || !found.org_id)
    throw refuse.notSignedIn('The e-mail address or the password is wrong')
  return createSession(context, found.org_id, found.id, given.userAgent, origin)
}

/** Begins a session of a person who has proved who they are. @returns its secret, for the cookie. */
export async function createSession(
  { database, fixedNow }: IdentityContext,
  orgId: number,
  userId: number,
  userAgent: string,
  origin: Origin,
): Promise<string> {
  const secret = generateSecret()
  const now = fixedNow ?? new Date()
  const session = {
    org_id: orgId,
    user_id: userId,
    token_hash: sha256(secret),
    address: origin.address,
    user_agent: userAgent.slice(0, 300),
    created_at: now,
    last_seen_at: now,
  }
  await recorded(database.queries, { kind: 'user', holderId: userId, origin }, (transaction) =>
    transaction.insertInto('user_sessions').values(session).execute(),
  )
  return `${orgId}.${secret}`
}

/** The last use is written at most once a minute, and often enough for the shortest idle timeout. */
const maxUnseenS = 60

const resumeSql = `
with at as (select coalesce($3::timestamptz, statement_timestamp()) as now)
select s.id as session_id, s.last_seen_at < at.now - make_interval(secs => $6::float8) as is_unseen, u.id, u.email, u.name,
  u.role, o.org_id, o.name as organisation, o.time_zone, o.country, o.currency, o.is_sandbox, o.requires_transaction_number,
  o.client_settings
from at, user_sessions s
join users u on u.org_id = s.org_id and u.id = s.user_id
join organisations o on o.org_id = s.org_id
where s.org_id = $1 and s.token_hash = $2 and s.ended_at is null and u.disabled_at is null
  and s.last_seen_at > at.now - make_interval(mins => $4::int) and s.created_at > at.now - make_interval(hours => $5::int)`

const seenSql = `
update user_sessions set last_seen_at = coalesce($3::timestamptz, statement_timestamp()) where org_id = $1 and id = $2`

interface SessionRow {
  session_id: number
  is_unseen: boolean
  id: number
  email: string
  name: string
  role: Role
  org_id: number
  organisation: string
  time_zone: string
  country: string
  currency: string | null
  is_sandbox: boolean
  requires_transaction_number: boolean
  client_settings: unknown
}

function sessionOf(row: SessionRow): Session {
  const { id, email, name, role, org_id: orgId, time_zone: timeZone, country, currency } = row
  const isSandbox = row.is_sandbox
  return {
    id: row.session_id,
    person: { id, email, name, role },
    organisation: { id: orgId, name: row.organisation, timeZone, country, currency, isSandbox },
    caller: {
      orgId,
      isSandbox,
      kind: 'user',
      holderId: id,
      tillId: null,
      storeId: null,
      access: permissionsOfRole[role],
      timeZone,
      country,
      currency,
      requiresTransactionNumber: row.requires_transaction_number,
      // Unlike a till, a person does not retry because of a lost answer.
      replaysTillRetries: false,
      settings: clientSettingsOf(row.client_settings),
    },
  }
}

interface Cookie {
  readonly orgId: number
  readonly hash: Buffer
}

function readCookie(cookie: string): Cookie | undefined {
  const [, orgId, secret] = /^(\d{1,15})\.([\w-]{43})$/.exec(cookie) ?? []
  return orgId === undefined || secret === undefined
    ? undefined
    : { orgId: Number(orgId), hash: sha256(secret) }
}

const cacheKey = ({ orgId, hash }: Cookie): string => `${orgId} ${hash.toString('base64')}`

/**
 * Returns the session of a cookie. It is re-read after a second, so that its end takes effect within a second in every
 * process.
 *
 * @throws Refusal 401 if there is none, or it has ended.
 */
export async function resumeSession(context: IdentityContext, given: string): Promise<Session> {
  const cookie = readCookie(given)
  const session =
    cookie && (await context.signIn.sessions.get(cacheKey(cookie), () => readSession(context, cookie)))
  if (session === undefined) throw refuse.notSignedIn('The session is over: sign in again')
  return session
}

async function readSession(
  { database, config, fixedNow }: IdentityContext,
  { orgId, hash }: Cookie,
): Promise<Session | undefined> {
  const { sessionIdleMinutes, sessionMaxHours } = config
  const { rows } = await database.pool.query<SessionRow>({
    name: 'resume-session',
    text: resumeSql,
    values: [
      orgId,
      hash,
      fixedNow,
      sessionIdleMinutes,
      sessionMaxHours,
      Math.min(maxUnseenS, sessionIdleMinutes * 15),
    ],
  })
  const [row] = rows
  if (row?.is_unseen === true) await noteUse(database, [orgId, row.session_id, fixedNow])
  return row && sessionOf(row)
}

/** Reading goes on in a database that accepts no writes; the session may then end for idleness. */
async function noteUse({ pool }: IdentityContext['database'], values: readonly unknown[]): Promise<void> {
  await pool.query(seenSql, [...values]).catch((error: unknown) => {
    const outage = outageOf(error)
    if (outage !== 'readOnly' && outage !== 'full') throw error
  })
}

/** Signs out: at once in this process, within a second in others. */
export async function endSession(
  context: IdentityContext,
  given: string,
  { id, caller }: Session,
  origin: Origin,
): Promise<void> {
  await recorded(context.database.queries, { ...caller, origin }, (transaction) =>
    transaction
      .updateTable('user_sessions')
      .set({ ended_at: context.fixedNow ?? new Date() })
      .where('org_id', '=', caller.orgId)
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .execute(),
  )
  const cookie = readCookie(given)
  if (cookie) context.signIn.sessions.forget(cacheKey(cookie))
}

/**
 * Verifies the password of the signed-in person. Guesses are slowed down like those at sign-in.
 *
 * @throws Refusal 400 if it is wrong, 429 after too many failures.
 */
export async function confirmPassword(
  context: IdentityContext,
  { person, caller }: Session,
  password: string,
  { address }: Origin,
): Promise<void> {
  const { password_hash: passwordHash } = await context.database.queries
    .selectFrom('users')
    .select('password_hash')
    .where('org_id', '=', caller.orgId)
    .where('id', '=', person.id)
    .executeTakeFirstOrThrow()
  const isRight = await attemptSignIn(context, { kind: 'user', login: person.email }, address, true, () =>
    checkPassword(context, password, passwordHash),
  )
  if (!isRight) throw refuse.badRequest('The current password is wrong')
}
