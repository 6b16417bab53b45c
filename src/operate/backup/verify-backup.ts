import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '../../values/errors.ts'
import { recordOf, type Content } from './copy-cluster.ts'
import type { Manifest } from './manifest.ts'
import { nameOfNumber, segmentBytes, segmentNumber, segmentOf } from './segment-rules.ts'

/** Maximum number of files listed by name; the total number is always reported. */
const mostNamed = 20

/**
 * Compares every file of a backup with its manifest: path, size and checksum. Reads all of it once, changes nothing.
 *
 * @param isUnverified accepts a backup of a version that wrote no checksums after the remaining checks.
 * @throws OperatorError that names missing, additional or different files.
 */
export async function verifyBackup(folder: string, manifest: Manifest, isUnverified: boolean): Promise<void> {
  const cluster = join(folder, 'postgres')
  const isThere = await stat(cluster).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isThere) throw new OperatorError(`The backup in ${folder} is damaged: its folder postgres is missing`)
  const found = await listFolder(cluster)
  const faults =
    manifest.content === undefined
      ? await checkWithoutChecksums(cluster, found, manifest)
      : await compare(cluster, found, manifest.content)
  if (faults.length > 0) {
    const more = faults.length > mostNamed ? [`and ${faults.length - mostNamed} more`] : []
    throw new OperatorError(
      [
        `The backup in ${folder} is damaged; nothing was restored. Use another copy of it, or another backup:`,
        ...faults.slice(0, mostNamed),
        ...more,
      ].join('\n  '),
    )
  }
  if (manifest.content === undefined && !isUnverified)
    throw new OperatorError(
      `The backup in ${folder} was made by a version that wrote no checksums, so a file that was changed since cannot be noticed. Its files are all there and have the right size together; --unverified restores it`,
    )
}

interface Found {
  readonly folders: Set<string>
  /** Everything except folders. */
  readonly files: Map<string, { isRegular: boolean; bytes: number }>
}

async function listFolder(cluster: string): Promise<Found> {
  const found: Found = { folders: new Set(), files: new Map() }
  const list = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(cluster, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) {
        found.folders.add(path)
        await list(path)
      } else {
        const isRegular = entry.isFile()
        found.files.set(path, { isRegular, bytes: isRegular ? (await stat(join(cluster, path))).size : 0 })
      }
    }
  }
  await list('')
  return found
}

async function compare(cluster: string, found: Found, content: Content): Promise<string[]> {
  const faults: string[] = []
  for (const path of content.folders) if (!found.folders.has(path)) faults.push(`${path}/ is missing`)
  for (const expected of content.files) {
    const { path, bytes, sha256 } = expected
    const is = found.files.get(path)
    found.files.delete(path)
    if (is === undefined) faults.push(`${path} is missing`)
    else if (!is.isRegular) faults.push(`${path} is not a regular file`)
    else if (is.bytes !== bytes)
      faults.push(
        `${path} is ${is.bytes === 0 ? 'empty' : `${is.bytes} bytes long`} instead of ${bytes} bytes`,
      )
    else if ((await recordOf(cluster, path)).sha256 !== sha256)
      faults.push(`${path} differs from its checksum`)
  }
  const known = new Set(content.folders)
  for (const path of found.folders)
    if (!known.has(path)) faults.push(`${path}/ does not belong to the backup`)
  for (const path of found.files.keys()) faults.push(`${path} does not belong to the backup`)
  return faults
}

/** Checks the total size in the manifest, and the segments that its log positions require. */
async function checkWithoutChecksums(
  cluster: string,
  { files }: Found,
  { bytes, endLsn }: Manifest,
): Promise<string[]> {
  const first = await firstSegmentOf(cluster)
  if (first === undefined) return ['backup_label is missing or damaged']
  const faults: string[] = []
  for (let number = segmentNumber(first); number <= segmentOf(endLsn); number++) {
    const path = `pg_wal/${first.slice(0, 8)}${nameOfNumber(number)}`
    const is = files.get(path)
    if (is === undefined) faults.push(`${path} is missing`)
    else if (is.bytes !== segmentBytes)
      faults.push(`${path} is ${is.bytes} bytes long instead of ${segmentBytes}`)
  }
  let sum = 0
  for (const [path, { bytes: size }] of files)
    if (!path.startsWith('pg_wal/') && path !== 'backup_label') sum += size
  if (sum !== bytes) faults.push(`its files have ${sum} bytes together instead of ${bytes}`)
  return faults
}

/** Name of the log segment in which a backup began; undefined: its label cannot be read. */
export async function firstSegmentOf(cluster: string): Promise<string | undefined> {
  const label = await readFile(join(cluster, 'backup_label'), 'utf8').catch(() => '')
  return /^START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)/.exec(label)?.[1]
}
