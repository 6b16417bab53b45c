import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OperatorError } from '../../values/errors.ts'

/** The account that the embedded PostgreSQL runs as. */
export interface PostgresUser {
  readonly uid: number
  readonly gid: number
}

async function findAccount(name: string): Promise<PostgresUser | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((line) => line[0] === name)
  return fields && { uid: Number(fields[2]), gid: Number(fields[3]) }
}

/**
 * PostgreSQL refuses to run as root. As root: the owner of an existing cluster, else the account `postgres`, else
 * `nobody`. As an ordinary user: that user (undefined: no change of account).
 */
export async function choosePostgresUser(clusterDir: string): Promise<PostgresUser | undefined> {
  const owner = await stat(clusterDir).catch(() => undefined)
  const self = process.getuid?.()
  if (self !== 0) {
    if (owner && owner.uid !== self) {
      throw new OperatorError(
        `${clusterDir} belongs to user id ${owner.uid}, not to yours (${self}); run as that user or as root`,
      )
    }
    return undefined
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const account = (await findAccount('postgres')) ?? (await findAccount('nobody'))
  if (!account || account.uid === 0) {
    throw new OperatorError(
      'PostgreSQL does not run as root, and neither of the accounts "postgres" and "nobody" exists to run it as',
    )
  }
  return account
}

/** Whether the account can read the path and every folder on the way to it. */
export async function isReachable(path: string, user: PostgresUser): Promise<boolean> {
  for (let directory = path; ; directory = dirname(directory)) {
    const { mode, uid, gid } = await stat(directory)
    const bits = uid === user.uid ? mode >> 6 : gid === user.gid ? mode >> 3 : mode
    if ((bits & 0o1) === 0) return false
    if (directory === dirname(directory)) return true
  }
}
