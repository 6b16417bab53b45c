import { parseArgs } from 'node:util'
import { focusNames, type Focus } from './plan.ts'

export interface Options {
  /** Duration of sending requests, races and crashes together. */
  readonly minutes: number
  readonly seed: number
  readonly processes: number
  /** Run only rounds of this kind; undefined: all kinds in turn. */
  readonly focus: Focus | undefined
  /** Break one guard at a time instead, and check that it is detected. */
  readonly mutations: boolean
  /** Only mutations whose name contains this. */
  readonly only: string | undefined
  /** URL of an external PostgreSQL; undefined: the embedded one in a new folder. */
  readonly databaseUrl: string | undefined
  readonly isKept: boolean
  /** Deliver every event to a failing receiver, and check that it received them all. */
  readonly webhooks: boolean
}

export const usage = `npm run prove -- [options]

  --minutes N     how long requests are sent (default 2)
  --seed S        repeats the rounds of an earlier run: their terms, limits and mix of requests
  --processes N   server processes on the one database (default 3, 2 to 8)
  --focus NAME    rounds of one kind alone: ${focusNames.join(', ')}
  --mutations     breaks one guard of the server at a time and expects to notice each
  --only TEXT     with --mutations: those whose name contains TEXT
  --webhooks      has every event delivered to a receiver that fails, hangs and restarts, and checks what it got
  --keep          leaves the data folder and the logs behind

DATABASE_URL names a PostgreSQL of your own, which is then not killed; without it an embedded one is used.
Exit code 0: nothing was violated. 1: something was, and is printed. 2: wrong usage.`

export class UsageError extends Error {}

function readNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= min && value <= max))
    throw new UsageError(`--${name} must be a number from ${min} to ${max}`)
  return value
}

export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  let values
  try {
    values = parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string', default: '2' },
        seed: { type: 'string' },
        processes: { type: 'string', default: '3' },
        focus: { type: 'string' },
        mutations: { type: 'boolean', default: false },
        only: { type: 'string' },
        keep: { type: 'boolean', default: false },
        webhooks: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  const seed = values.seed ?? String(Math.floor(Math.random() * 1_000_000))
  const focus = focusNames.find((name) => name === values.focus)
  if (values.focus !== undefined && focus === undefined)
    throw new UsageError(`--focus is one of ${focusNames.join(', ')}`)
  return {
    focus,
    minutes: readNumber('minutes', values.minutes, 0.1, 24 * 60),
    seed: Math.floor(readNumber('seed', seed, 0, 4_294_967_295)),
    processes: Math.floor(readNumber('processes', values.processes, 2, 8)),
    mutations: values.mutations,
    only: values.only,
    databaseUrl: env['DATABASE_URL'] || undefined,
    isKept: values.keep,
    webhooks: values.webhooks,
  }
}
