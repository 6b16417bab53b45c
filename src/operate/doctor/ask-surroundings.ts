import { spawn } from 'node:child_process'
import type { Finding } from './facts.ts'
import { within } from './within.ts'

/** Longer than each check may take, including the start of a process. */
const limitMs = 60_000

/**
 * Lets another process check the surroundings, and kills it if it hangs: Node cannot exit while one of its threads
 * waits for a file system.
 *
 * @param args of this program, for the command that prints the findings as JSON.
 */
export async function askSurroundings(args: readonly string[]): Promise<readonly Finding[]> {
  const [program = ''] = process.argv.slice(1)
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk))
  try {
    return await within('The check of folders and disks', limitMs, async () => {
      await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
      if (text.stdout === '') throw new Error(text.stderr.trim())
      return (JSON.parse(text.stdout) as { findings: Finding[] }).findings
    })
  } finally {
    child.kill('SIGKILL')
    child.stdout.destroy()
    child.stderr.destroy()
    child.unref()
  }
}
