import { randomUUID } from 'node:crypto'
import { chown, link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { OperatorError } from '../../values/errors.ts'

/**
 * Writes a file of the data folder that only its owner can read, unless it already exists. The file appears under its
 * name only when complete, and only one of several concurrent processes writes it. When run as root, the file belongs
 * to the owner of the folder, who may be the user that runs the server.
 */
export async function writeSecretOnce(dataDir: string, path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`
  try {
    await writeFile(draft, text, { mode: 0o600, flush: true })
    const { uid, gid } = await stat(dataDir)
    if (process.getuid?.() === 0) await chown(draft, uid, gid)
    await link(draft, path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') throw new OperatorError(`cannot write ${path}: ${message}`)
  } finally {
    await rm(draft, { force: true })
  }
}

/** @returns its content; undefined: no such file. @throws OperatorError if it cannot be read. */
export async function readSecretFile(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new OperatorError(
      `cannot read ${path} (${error.code}): run as the user who owns it, or let that user own it`,
    )
  })
}
