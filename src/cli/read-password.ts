import { createInterface } from 'node:readline/promises'
import { askHidden } from './ask.ts'

/** A piped password arrives at once. An input that stays silent was inherited by mistake. */
const maxSilenceMs = 30_000

/** The first line of piped input; empty if there is none. */
async function readLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin })
  const timeout = setTimeout(() => lines.close(), maxSilenceMs)
  try {
    for await (const line of lines) return line
    return ''
  } finally {
    clearTimeout(timeout)
    lines.close()
    process.stdin.destroy()
  }
}

/**
 * Reads a password from the terminal without echo, or the first line of piped input.
 *
 * @param question shown on the terminal. @returns the empty text if none was given.
 */
export function readPassword(question: string): Promise<string> {
  return process.stdin.isTTY ? askHidden(question) : readLine()
}

/** Warns a user who passes a password as an argument that others can read it. */
export function warnOfArgument(): void {
  process.stderr.write(
    'counterfoil: --password is visible in the list of processes and in the history of the shell. Leave it out to be asked for the password, or pipe it in.\n',
  )
}
