import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** Where people are asked: by default the terminal. Standard output is for data. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/** True when somebody can be asked: both what is asked and what is answered are on a terminal. */
export const canAsk = ({ stdin, stderr }: Streams = process): boolean =>
  stdin.isTTY === true && stderr.isTTY === true

/** Asks a person on the terminal. Ctrl-C gives the terminal back and ends the command as everywhere. */
export const ask = (question: string, streams: Streams = process): Promise<string> =>
  askOn(question, streams, streams.stderr)

/** The same, and what is typed is not shown. */
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
  // In raw mode Ctrl-C is a key and no signal.
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
