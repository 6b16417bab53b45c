import { createInterface } from 'node:readline/promises'
import { askHidden } from './ask.ts'

/** Who pipes a password in does it at once. An input that stays silent is one that was passed on by mistake. */
const maxSilenceMs = 30_000

/** The first line of what is piped in; empty where nothing is. */
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
 * A password from the terminal, where it is not shown, or the first line of what is piped in.
 *
 * @param question what the terminal is asked. @returns the empty text where none was given.
 */
export function readPassword(question: string): Promise<string> {
  return process.stdin.isTTY ? askHidden(question) : readLine()
}

/** Tells whoever gave a password as an argument who else can read it. */
export function warnOfArgument(): void {
  process.stderr.write(
    'counterfoil: --password is visible in the list of processes and in the history of the shell. Leave it out to be asked for the password, or pipe it in.\n',
  )
}
