import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { plainRowsSql } from './comparison-sql.ts'
import type { Figures } from './report.ts'

const execute = promisify(execFile)

/** Threads of pgbench: it sends from one core while PostgreSQL answers on the others. */
const pgbenchThreads = 1

export interface PgbenchJob {
  readonly host: string
  readonly user: string
  readonly clients: number
  readonly seconds: number
  readonly customers: number
}

async function runScript(script: string, job: PgbenchJob): Promise<{ requests: number; rate: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'counterfoil-bench-'))
  try {
    const file = join(folder, 'plain.sql')
    await writeFile(file, script)
    const { stdout } = await execute(
      'pgbench',
      [
        '--no-vacuum',
        '--protocol=prepared',
        `--host=${job.host}`,
        `--username=${job.user}`,
        `--file=${file}`,
        `--client=${job.clients}`,
        `--jobs=${pgbenchThreads}`,
        `--time=${job.seconds}`,
        'counterfoil',
      ],
      // Its connections are new: with a plan per execution, a short run would measure the planner.
      { env: { ...process.env, PGOPTIONS: '-c plan_cache_mode=force_generic_plan' } },
    )
    const rate = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1])
    const requests = Number(/actually processed: (\d+)/.exec(stdout)?.[1])
    if (!(rate > 0 && requests > 0)) throw new Error(`pgbench printed no rate: ${stdout}`)
    return { requests, rate }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Plain rows with prepared statements; undefined when there is no pgbench on the PATH. */
export async function runPgbench(
  job: PgbenchJob,
  postgres: () => Promise<number | undefined>,
): Promise<Figures | undefined> {
  const script = `\\set mobile 919000000000 + random(1, ${job.customers})\n${plainRowsSql(':mobile').trim()};\n`
  try {
    const before = await postgres()
    const { requests, rate } = await runScript(script, job)
    // Its sessions end a moment later; their CPU is then included in their parent's.
    await sleep(500)
    const after = await postgres()
    const usedUs = before === undefined || after === undefined ? undefined : after - before
    return {
      ratePerS: rate,
      p50Ms: null,
      p99Ms: null,
      nodeUs: 0,
      postgresUs: usedUs === undefined ? null : usedUs / requests,
      loadUs: null,
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
