import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ReferenceJob } from './reference-server.ts'

/** Starts a reference server in a separate process. */
export async function startReferenceServer(
  job: ReferenceJob,
): Promise<{ pid: number; port: number; stop(): void }> {
  const child = fork(fileURLToPath(new URL('./reference-server.ts', import.meta.url)))
  const port = await new Promise<number>((done, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the reference server ended with ${code}`)))
    child.once('message', (message: { port: number }) => done(message.port))
    child.send(job)
  })
  if (child.pid === undefined) throw new Error('the reference server has no process')
  return { pid: child.pid, port, stop: () => child.kill() }
}
