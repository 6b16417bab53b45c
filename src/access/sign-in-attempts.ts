import type { PoolClient } from 'pg'
import type { Context } from '../context.ts'
import { Refusal } from '../errors.ts'
import { afterFailure, waitMs, type Bucket, type BucketKind } from './sign-in-rules.ts'
import { sha256 } from './secrets.ts'

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

/** One customer of a provider has a whole network of IPv6 addresses. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.toLowerCase().split('::', 2)
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

const keyOf = (kind: BucketKind, ...parts: string[]): Buffer => sha256([kind, ...parts].join('\0'))

/** In one order for everybody, so that nobody waits in a circle. */
function bucketsOf(email: string, address: string, isKnownAddress: boolean): Counted[] {
  const network = networkOf(address)
  const counted: Counted[] = [
    { kind: 'emailAndAddress', key: keyOf('emailAndAddress', email, network) },
    { kind: 'address', key: keyOf('address', network) },
  ]
  // Whoever signed in from here before does not wait for what others try elsewhere.
  if (!isKnownAddress) counted.push({ kind: 'email', key: keyOf('email', email) })
  return counted.toSorted((a, b) => Buffer.compare(a.key, b.key))
}

const readSql = `
select bucket, failures, (date_part('epoch', last_failed_at) * 1000)::float8 as last_failed_at_ms,
  (date_part('epoch', blocked_until) * 1000)::float8 as blocked_until_ms
from sign_in_attempts where bucket = any($1::bytea[]) order by bucket for update`

const writeSql = `
update sign_in_attempts a set failures = w.failures, last_failed_at = to_timestamp(w.last_failed_at_ms / 1000),
  blocked_until = to_timestamp(w.blocked_until_ms / 1000)
from unnest($1::bytea[], $2::int[], $3::float8[], $4::float8[]) as w(bucket, failures, last_failed_at_ms, blocked_until_ms)
where a.bucket = w.bucket`

/** An attempt that may be made, and has been counted as failed until it succeeds. */
export interface Attempt {
  /** Called when it did: who knows the password has not guessed. */
  readonly succeed: () => Promise<void>
}

/**
 * Lets an attempt to sign in be made, or refuses it. It is counted before the password is looked at: of many that are
 * sent at once no more are checked than of those sent one by one. Refused ones are not counted, so a block ends however
 * many are sent.
 *
 * @param isKnownAddress the person has signed in from there before.
 * @throws Refusal 429 with the seconds to wait, whether there is such a person or not.
 */
export async function beginAttempt(
  context: Context,
  email: string,
  address: string,
  isKnownAddress: boolean,
): Promise<Attempt> {
  const counted = bucketsOf(email, address, isKnownAddress)
  const client = await context.database.pool.connect()
  let failure: Error | undefined
  try {
    await client.query('begin')
    const longestMs = await count(client, counted, context.fixedNow)
    await client.query('commit')
    if (longestMs > 0)
      throw new Refusal(429, undefined, { retryAfterS: Math.max(1, Math.ceil(longestMs / 1000)) })
  } catch (error) {
    if (!(error instanceof Refusal)) failure = error as Error
    throw error
  } finally {
    client.release(failure)
  }
  return { succeed: () => forgive(context, counted) }
}

/** @returns how long the attempt has to wait; 0: it may be made and is counted. */
async function count(
  client: PoolClient,
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

/** What this one was counted for is taken off; of the person at this address nothing is held against it any more. */
async function forgive({ database }: Context, counted: readonly Counted[]): Promise<void> {
  const own = counted.filter(({ kind }) => kind === 'emailAndAddress').map(({ key }) => key)
  const shared = counted.filter(({ kind }) => kind !== 'emailAndAddress').map(({ key }) => key)
  await database.pool.query('delete from sign_in_attempts where bucket = any($1::bytea[])', [own])
  await database.pool.query(
    `update sign_in_attempts set failures = failures - 1, blocked_until = null
     where bucket in (select bucket from sign_in_attempts where bucket = any($1::bytea[]) order by bucket for update)
       and failures > 0`,
    [shared],
  )
}
