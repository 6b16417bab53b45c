import { access, constants, readFile, stat, statfs } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { listSegments } from '../backup/list-segments.ts'
import { isSegment } from '../backup/segment-rules.ts'
import type { Config } from '../../platform/config.ts'
import { choosePostgresUser } from '../../platform/embedded-postgres/postgres-user.ts'
import { findProgramPackage } from '../../platform/embedded-postgres/programs.ts'
import { checkArchive, readWalArchive } from '../../platform/embedded-postgres/wal-archive.ts'
import type { Finding } from './facts.ts'
import { judgeArchive, judgeSpace, type Space } from './surroundings-rules.ts'
import { checkLimitMs, within } from './within.ts'

/** Checks that need no database: folders, permissions and disks. Each check has its own time limit. */
export async function checkSurroundings({ isEmbedded, dataDir }: Config): Promise<Finding[]> {
  if (!isEmbedded) return []
  const checks = await Promise.all([
    within(`The check of DATA_DIR ${dataDir}`, checkLimitMs, () => checkDataDir(dataDir)),
    within(`The check of the disk of ${dataDir}`, checkLimitMs, async () =>
      (await exists(dataDir)) ? judgeSpace('DATA_DIR', await readSpace(dataDir)) : [],
    ),
    within('The check of the archive of the write-ahead log', checkLimitMs, () => checkWalArchive(dataDir)),
  ])
  return checks.flat()
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  )
}

async function checkDataDir(dataDir: string): Promise<Finding[]> {
  // Connecting to the database reports that there is none.
  if (!(await exists(dataDir))) return []
  try {
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    return [
      {
        verdict: 'fault',
        what: `DATA_DIR ${dataDir} is not a folder that ${userInfo().username} can read and write (${code})`,
        advice:
          code === 'EROFS'
            ? 'Its file system is mounted read-only: check the disk for errors, and mount it again.'
            : 'Run as the user that owns it, or change its owner (chown).',
      },
    ]
  }
  const clusterDir = join(dataDir, 'postgres')
  // Throws if it belongs to another account.
  await choosePostgresUser(clusterDir)
  const major = (await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  const { major: ours } = await findProgramPackage()
  if (major !== '' && major !== ours)
    return [
      {
        verdict: 'fault',
        what: `The data was made by PostgreSQL ${major}, and this version brings PostgreSQL ${ours}`,
        advice: 'docs/operations.md says how to move it: dump it with the version that made it.',
      },
    ]
  return [{ verdict: 'ok', what: `DATA_DIR ${dataDir} can be read and written`, advice: '' }]
}

async function readSpace(folder: string): Promise<Space> {
  const { bavail, blocks, bsize, ffree, files } = await statfs(folder)
  return { free: bavail * bsize, total: blocks * bsize, freeFiles: ffree, files }
}

async function checkWalArchive(dataDir: string): Promise<Finding[]> {
  const archive = await readWalArchive(dataDir)
  if (archive === undefined) return []
  const user = await choosePostgresUser(join(dataDir, 'postgres'))
  await checkArchive(archive, user)
  const files = await listSegments(archive)
  const space = await readSpace(archive)
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const segments = files.filter(({ name }) => isSegment(name)).length
  return [
    ...judgeArchive(archive, segments, bytes, space.free),
    ...judgeSpace(`the archive ${archive}`, space),
  ]
}
