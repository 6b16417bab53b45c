import { randomBytes, randomUUID } from 'node:crypto'
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import type pg from 'pg'
import { OperatorError } from '../../values/errors.ts'
import { databaseUser } from './cluster.ts'
import type { PostgresUser } from './postgres-user.ts'
import { readSecretFile, writeSecretOnce } from '../db/secret-file.ts'

/** Where the password of the embedded PostgreSQL lies, as a password file of its own programs (PGPASSFILE). */
export const passwordFile = (dataDir: string): string => join(dataDir, 'postgres.pgpass')

/** Sent where there is no password yet: whoever need not give one gets in, and everybody else is refused. */
const noPassword = 'none'
const lineOf = (password: string): string => `*:*:*:${databaseUser}:${password}\n`
const linePattern = new RegExp(String.raw`^\*:\*:\*:${databaseUser}:([0-9a-f]{64})\s*$`)

/** @returns undefined: there is none yet. @throws OperatorError when it cannot be read. */
async function readPassword(dataDir: string): Promise<string | undefined> {
  const path = passwordFile(dataDir)
  const text = await readSecretFile(path)
  if (text === undefined) return undefined
  const password = linePattern.exec(text)?.[1]
  if (password === undefined)
    throw new OperatorError(`${path} holds no password of ours: delete it, and another one is made`)
  return password
}

/** What a client sends. Read anew for each connection: another process may have replaced it. */
export async function passwordOf(dataDir: string): Promise<string> {
  return (await readPassword(dataDir)) ?? noPassword
}

const written = '# Written by Counterfoil when it starts PostgreSQL; what is changed here is lost.\n'
const passwordRules = `${written}local all all scram-sha-256
local replication all scram-sha-256
host all all all scram-sha-256
host replication all all scram-sha-256
`
/** Until the password is set: nobody but the account of the operating system that sets it. */
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

/** Lets the account that this process runs as in without a password, and nobody else. */
export async function admitOwner(clusterDir: string, user: PostgresUser | undefined): Promise<void> {
  const map = `${written}${databaseUser} "${userInfo().username}" ${databaseUser}\n`
  await writeForPostgres(join(clusterDir, 'pg_ident.conf'), map, user)
  await writeForPostgres(rulesFile(clusterDir), ownerRules, user)
}

/** Before PostgreSQL is started: from the first moment on it lets nobody in without a password, or its owner alone. */
export async function prepareAuthentication(
  clusterDir: string,
  user: PostgresUser | undefined,
): Promise<void> {
  const password = await readPassword(dirname(clusterDir))
  if (password === undefined) await admitOwner(clusterDir, user)
  else await writeForPostgres(rulesFile(clusterDir), passwordRules, user)
}

/** Any number that nothing else in the database locks. */
const passwordLock = 6_020_418

/**
 * Sets the password where the owner was let in without one, and wants it of everybody from then on. A PostgreSQL that a
 * server of an earlier version has started, which knows of no password, is left as it is until it starts anew; so is one that
 * plays a log, which takes no password, until it is done.
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
    // Another process has been quicker.
    if (rows[0]?.plays !== false || !(await isOpenToOwner())) return
    const dataDir = dirname(clusterDir)
    const password = (await readPassword(dataDir)) ?? randomBytes(32).toString('hex')
    await client.query(`alter role ${databaseUser} password '${password}'`)
    // In this order: whoever is asked for the password finds it.
    await writeSecretOnce(dataDir, passwordFile(dataDir), lineOf(password))
    await writeForPostgres(rulesFile(clusterDir), passwordRules, user)
    await client.query('select pg_reload_conf()')
  } finally {
    await client.query('select pg_advisory_unlock($1)', [passwordLock])
  }
}
