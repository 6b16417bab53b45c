import { createInterface } from 'node:readline/promises'

/** True when somebody can be asked: both what is asked and what is answered are on a terminal. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY

/** Asks a person on the terminal; standard output is for data. Ctrl-C ends the command as everywhere. */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: true })
  // In raw mode Ctrl-C is a key and no signal.
  terminal.once('SIGINT', () => {
    terminal.close()
    process.kill(process.pid, 'SIGINT')
  })
  try {
    return (await terminal.question(question)).trim()
  } finally {
    terminal.close()
  }
}
