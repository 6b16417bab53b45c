import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Server {
  readonly pid: number
  readonly port: number
  stop(): Promise<void>
}

/** Starts `counterfoil serve` on the bench's data folder: the same program as in production. */
export async function startServer(
  dataDir: string,
  { env = {} }: { env?: Readonly<Record<string, string>> } = {},
): Promise<Server> {
  const program = fileURLToPath(new URL('../bin/counterfoil.js', import.meta.url))
  const child = spawn(process.execPath, [program, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      DATA_DIR: dataDir,
      PORT: '0',
      HOST: '127.0.0.1',
      // Limits are active, with room for everything that one caller can send.
      ...Object.fromEntries(
        ['READS', 'WRITES', 'BULK', 'ADMIN'].map((one) => [`RATE_LIMIT_${one}`, '1000000']),
      ),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const port = await new Promise<number>((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const found = /serves on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1]
      if (found !== undefined) resolve(Number(found))
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)))
  })
  if (child.pid === undefined) throw new Error('the server has no process')
  return {
    pid: child.pid,
    port,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
