import { randomBytes, randomUUID } from 'node:crypto'
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import type pg from 'pg'
import { OperatorError } from '../../values/errors.ts'
import { databaseUser } from './cluster.ts'
import type { PostgresUser } from './postgres-user.ts'
import { readSecretFile, writeSecretOnce } from '../db/secret-file.ts'

/** Path of the embedded PostgreSQL's password, in the format of its client programs (PGPASSFILE). */
export const passwordFile = (dataDir: string): string => join(dataDir, 'postgres.pgpass')

/** Sent while no password exists: clients that need none are admitted, all others are refused. */
const noPassword = 'none'
const lineOf = (password: string): string => `*:*:*:${databaseUser}:${password}\n`
const linePattern = new RegExp(String.raw`^\*:\*:\*:${databaseUser}:([0-9a-f]{64})\s*$`)

/** @returns undefined: no password exists yet. @throws OperatorError if it cannot be read. */
async function readPassword(dataDir: string): Promise<string | undefined> {
  const path = passwordFile(dataDir)
  const text = await readSecretFile(path)
  if (text === undefined) return undefined
  const password = linePattern.exec(text)?.[1]
  if (password === undefined)
    throw new OperatorError(
      `${path} does not contain a password written by Counterfoil: delete it, and a new one is created`,
    )
  return password
}

/**
 * The password that a client sends. It is re-read for each connection, because another process may have replaced it.
 */
export async function passwordOf(dataDir: string): Promise<string> {
  return (await readPassword(dataDir)) ?? noPassword
}

const written = '# Written by Counterfoil when it starts PostgreSQL; changes here are lost.\n'
const passwordRules = `${written}local all all scram-sha-256
local replication all scram-sha-256
host all all all scram-sha-256
host replication all all scram-sha-256
`
/** In force until the password is set: only the operating system account that sets it may connect. */
const ownerRules = `${written}local all ${databaseUser} peer map=${databaseUser}\n`

const rulesFile = (clusterDir: string): string => join(clusterDir, 'pg_hba.conf')

async function writeForPostgres(path: string, text: string, user: PostgresUser | undefined): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`
  try {
    await writeFile(draft, text, { mode: 0o600 })
    if (user) await chown(draft, user.uid, user.gid)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** Allows the account of this process, and no other, to connect without a password. */
export async function admitOwner(clusterDir: string, user: PostgresUser | undefined): Promise<void> {
  const map = `${written}${databaseUser} "${userInfo().username}" ${databaseUser}\n`
  await writeForPostgres(join(clusterDir, 'pg_ident.conf'), map, user)
  await writeForPostgres(rulesFile(clusterDir), ownerRules, user)
}

/**
 * Runs before PostgreSQL is started, so that from the start nobody may connect without a password, except its owner.
 */
export async function prepareAuthentication(
  clusterDir: string,
  user: PostgresUser | undefined,
): Promise<void> {
  const password = await readPassword(dirname(clusterDir))
  if (password === undefined) await admitOwner(clusterDir, user)
  else await writeForPostgres(rulesFile(clusterDir), passwordRules, user)
}

/** An arbitrary number that nothing else in the database locks. */
const passwordLock = 6_020_418

/**
 * Sets the password if the owner could connect without one, and requires it from then on. A PostgreSQL started by a
 * server of an earlier version, which has no password, is left unchanged until it restarts. So is one that is replaying
 * a log, which cannot store a password, until the replay ends.
 *
 * @param client a session of the owner.
 */
export async function setPassword(
  client: pg.Client,
  clusterDir: string,
  user: PostgresUser | undefined,
): Promise<void> {
  const isOpenToOwner = async () => (await readFile(rulesFile(clusterDir), 'utf8')) === ownerRules
  if (!(await isOpenToOwner())) return
  await client.query('select pg_advisory_lock($1)', [passwordLock])
  try {
    const { rows } = await client.query<{ plays: boolean }>('select pg_is_in_recovery() as plays')
    // Another process has set the password meanwhile.
    if (rows[0]?.plays !== false || !(await isOpenToOwner())) return
    const dataDir = dirname(clusterDir)
    const password = (await readPassword(dataDir)) ?? randomBytes(32).toString('hex')
    await client.query(`alter role ${databaseUser} password '${password}'`)
    // The file comes first, so that the password exists as soon as it is required.
    await writeSecretOnce(dataDir, passwordFile(dataDir), lineOf(password))
    await writeForPostgres(rulesFile(clusterDir), passwordRules, user)
    await client.query('select pg_reload_conf()')
  } finally {
    await client.query('select pg_advisory_unlock($1)', [passwordLock])
  }
}
