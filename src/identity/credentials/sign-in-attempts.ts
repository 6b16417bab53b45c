import type { ClientBase } from 'pg'
import type { IdentityContext } from '../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { type Refusal, refuse } from '../../values/errors.ts'
import { networkOf } from '../../values/network.ts'
import { sha256 } from './secrets.ts'
import {
  afterFailure,
  countedBy,
  forgottenAfterMs,
  paces,
  waitMs,
  type Bucket,
  type BucketKind,
} from './sign-in-rules.ts'

interface Counted {
  readonly kind: BucketKind
  readonly key: Buffer
}

interface BucketRow {
  bucket: Buffer
  failures: number
  last_failed_at_ms: number
  blocked_until_ms: number | null
}

/** The name given at sign-in, whether it exists or not. */
export interface SignInName {
  readonly kind: 'till' | 'client' | 'user'
  /** Code of the till, key of the client, e-mail address of the person. */
  readonly login: string
}

const keyOf = (kind: BucketKind, ...parts: string[]): Buffer => sha256([kind, ...parts].join('\0'))

/** The buckets of an attempt, always in the same order, so that concurrent attempts cannot deadlock. */
function bucketsOf({ kind, login }: SignInName, address: string, isKnownAddress: boolean): Counted[] {
  const network = networkOf(address)
  const keys: Record<BucketKind, Buffer> = {
    loginAndAddress: keyOf('loginAndAddress', kind, login, network),
    loginWhereKnown: keyOf('loginWhereKnown', kind, login, network),
    address: keyOf('address', network),
    login: keyOf('login', kind, login),
  }
  return countedBy(isKnownAddress)
    .map((one) => ({ kind: one, key: keys[one] }))
    .toSorted((a, b) => Buffer.compare(a.key, b.key))
}

const waitSql = `
select coalesce(date_part('epoch', max(blocked_until) - coalesce($2::timestamptz, clock_timestamp())) * 1000, 0)::float8 as wait_ms
from sign_in_attempts where bucket = any($1::bytea[])`

const readSql = `
select bucket, failures, (date_part('epoch', last_failed_at) * 1000)::float8 as last_failed_at_ms,
  (date_part('epoch', blocked_until) * 1000)::float8 as blocked_until_ms
from sign_in_attempts where bucket = any($1::bytea[]) order by bucket for update`

const writeSql = `
update sign_in_attempts a set failures = w.failures, last_failed_at = to_timestamp(w.last_failed_at_ms / 1000),
  blocked_until = to_timestamp(w.blocked_until_ms / 1000)
from unnest($1::bytea[], $2::int[], $3::float8[], $4::float8[]) as w(bucket, failures, last_failed_at_ms, blocked_until_ms)
where a.bucket = w.bucket`

/**
 * Permits or refuses an attempt to sign in. It is counted before the credentials are checked, so that concurrent
 * attempts get no more checks than sequential ones. Refused attempts are neither counted nor written: a block ends and
 * the table stays small regardless of their number.
 *
 * @param isKnownAddress the holder has signed in from the address before.
 * @param check whether the credentials are right. If it throws, the attempt does not count.
 * @throws Refusal 429 with the seconds to wait, whether or not the login exists; whatever `check` throws.
 */
export async function attemptSignIn(
  context: IdentityContext,
  name: SignInName,
  address: string,
  isKnownAddress: boolean,
  check: () => Promise<boolean>,
): Promise<boolean> {
  const counted = bucketsOf(name, address, isKnownAddress)
  await countAttempt(context, name.kind, counted)
  let isRight: boolean
  try {
    isRight = await check()
  } catch (error) {
    await takeOff(context, counted)
    throw error
  }
  if (isRight) await forgive(context, counted)
  return isRight
}

export function tooManyFailures(waitMs: number): Refusal {
  const retryAfterS = Math.max(1, Math.ceil(waitMs / 1000))
  return refuse.tooManyRequests('Too many attempts to sign in have failed; try again later', {
    retryAfterS,
    quota: {
      policy: 'failed-sign-ins',
      quota: paces.loginAndAddress.free,
      windowS: forgottenAfterMs / 1000,
      left: 0,
      resetS: retryAfterS,
    },
  })
}

/** @throws Refusal 429 if the attempt has to wait; it is then not counted. */
async function countAttempt(
  { database: { pool }, metrics, fixedNow }: IdentityContext,
  kind: SignInName['kind'],
  counted: readonly Counted[],
): Promise<void> {
  const refuseFor = (waitMs: number): void => {
    if (waitMs === 0) return
    metrics.signInsRefused.inc({ kind })
    throw tooManyFailures(waitMs)
  }
  const keys = counted.map(({ key }) => key)
  // Read without a lock, since most attempts of a flood end here.
  const { rows } = await pool.query<{ wait_ms: number }>(waitSql, [keys, fixedNow])
  refuseFor(Math.max(0, rows[0]?.wait_ms ?? 0))
  // Blocked meanwhile: the refusal rolls back the rows written for the attempt.
  await inTransaction(pool, async (client) => refuseFor(await count(client, counted, fixedNow)))
}

/** @returns how long the attempt has to wait; 0: it is permitted and counted. */
async function count(
  client: ClientBase,
  counted: readonly Counted[],
  fixedNow: Date | null,
): Promise<number> {
  const keys = counted.map(({ key }) => key)
  await client.query(
    `insert into sign_in_attempts (bucket, failures, last_failed_at)
     select k, 0, coalesce($2::timestamptz, clock_timestamp()) from unnest($1::bytea[]) with ordinality as w(k, n) order by n
     on conflict do nothing`,
    [keys, fixedNow],
  )
  const { rows } = await client.query<BucketRow>(readSql, [keys])
  const clock = await client.query<{ now_ms: number }>(
    `select (date_part('epoch', coalesce($1::timestamptz, clock_timestamp())) * 1000)::float8 as now_ms`,
    [fixedNow],
  )
  const nowMs = clock.rows[0]?.now_ms ?? 0
  const known = new Map(
    rows.map((row): [string, Bucket] => [
      row.bucket.toString('hex'),
      {
        failures: row.failures,
        lastFailedAtMs: row.last_failed_at_ms,
        blockedUntilMs: row.blocked_until_ms,
      },
    ]),
  )
  const longestMs = Math.max(...[...known.values()].map((bucket) => waitMs(bucket, nowMs)))
  if (longestMs > 0) return longestMs
  const after = counted.map(({ kind, key }) => afterFailure(kind, known.get(key.toString('hex')), nowMs))
  await client.query(writeSql, [
    keys,
    after.map(({ failures }) => failures),
    after.map(({ lastFailedAtMs }) => lastFailedAtMs),
    after.map(({ blockedUntilMs }) => blockedUntilMs),
  ])
  return 0
}

/** Buckets of the login at one address. */
const ownKinds: ReadonlySet<BucketKind> = new Set(['loginAndAddress', 'loginWhereKnown'])

/** Takes the attempt off the counts, and resets the count of the login at this address. */
async function forgive(context: IdentityContext, counted: readonly Counted[]): Promise<void> {
  const own = counted.filter(({ kind }) => ownKinds.has(kind)).map(({ key }) => key)
  await context.database.pool.query('delete from sign_in_attempts where bucket = any($1::bytea[])', [own])
  await takeOff(
    context,
    counted.filter(({ kind }) => !ownKinds.has(kind)),
  )
}

async function takeOff({ database }: IdentityContext, counted: readonly Counted[]): Promise<void> {
  if (counted.length === 0) return
  await database.pool.query(
    `update sign_in_attempts set failures = failures - 1, blocked_until = null
     where bucket in (select bucket from sign_in_attempts where bucket = any($1::bytea[]) order by bucket for update)
       and failures > 0`,
    [counted.map(({ key }) => key)],
  )
}
