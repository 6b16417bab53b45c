import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { databaseOf, runProgram, spawnProgram, until, type Running } from './process-harness.ts'

/** Starts an example, and waits for a line of its output. */
export async function startExample(
  name: string,
  folder: string,
  { env, ready, stdin }: { env: Record<string, string>; ready?: RegExp; stdin?: 'pipe' },
): Promise<Running & { readonly url: string }> {
  const at = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))
  const running = spawnProgram([], folder, { at, env, ...(stdin && { stdin }) })
  if (ready === undefined) return { ...running, url: '' }
  const url = await until(`${name} is ready`, () => {
    if (running.child.exitCode !== null) throw new Error(running.output().stderr)
    return ready.exec(running.output().stdout)?.[1]
  })
  return { ...running, url }
}

/** Waits until an example has printed a text so many times. */
export async function printed(running: Running, text: string, times = 1): Promise<void> {
  await until(`"${text}" is printed`, () => running.output().stdout.split(text).length > times, 60_000).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(running.output())}`)
    },
  )
}

export interface SampleOrganisation {
  readonly orgId: number
  readonly till: { readonly code: string; readonly password: string }
  readonly rows: Record<string, number>
}

/** An organisation of `counterfoil demo generate`. */
export async function sampleIn(dataDir: string, customers: number): Promise<SampleOrganisation> {
  const { code, stdout, stderr } = await runProgram(
    ['demo', 'generate', '--customers', String(customers), '--json'],
    dataDir,
  )
  if (code !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as SampleOrganisation
}

/** Reads the database of a data folder. */
export async function readRows<Row>(dataDir: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client(databaseOf(dataDir))
  await client.connect()
  try {
    return (await client.query(sql, values)).rows as Row[]
  } finally {
    await client.end()
  }
}
