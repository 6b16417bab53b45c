import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** The streams for questions and answers, by default the terminal. Standard output is reserved for data. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/** True if a person can be asked: both question and answer streams are terminals. */
export const canAsk = ({ stdin, stderr }: Streams = process): boolean =>
  stdin.isTTY === true && stderr.isTTY === true

/** Asks a question on the terminal. Ctrl-C restores the terminal and ends the command as usual. */
export const ask = (question: string, streams: Streams = process): Promise<string> =>
  askOn(question, streams, streams.stderr)

/** The same, without echoing the answer. */
export async function askHidden(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  process.stderr.write(question)
  try {
    return await askOn('', process, silent)
  } finally {
    process.stderr.write('\n')
  }
}

async function askOn(question: string, { stdin }: Streams, output: NodeJS.WritableStream): Promise<string> {
  const terminal = createInterface({ input: stdin, output, terminal: stdin.isTTY === true })
  // In raw mode Ctrl-C is a key press, not a signal.
  terminal.once('SIGINT', () => {
    terminal.close()
    process.kill(process.pid, 'SIGINT')
  })
  try {
    return await terminal.question(question)
  } finally {
    terminal.close()
  }
}
