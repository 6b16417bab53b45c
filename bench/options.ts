import { parseArgs } from 'node:util'

export interface BenchOptions {
  readonly scale: string
  /** File for the figures as JSON; undefined: none. */
  readonly jsonFile: string | undefined
  /** Length of one timed run. */
  readonly runS: number
  /** Number of rounds, each of which runs everything once; more rounds even out other load on the machine. */
  readonly runs: number
  /** Rows of the import whose memory is compared with that of a small one; undefined: ten times as many. */
  readonly rows: number | undefined
}

/** @throws an error with a readable message if an argument is unknown or out of range. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'string' },
      scale: { type: 'string', default: 'full' },
      seconds: { type: 'string', default: '8' },
      runs: { type: 'string', default: '3' },
      rows: { type: 'string' },
    },
  })
  const whole = (name: 'seconds' | 'runs' | 'rows', max: number): number => {
    const value = Number(values[name])
    if (!Number.isInteger(value) || value < 1 || value > max)
      throw new Error(`--${name} is a number from 1 to ${max}`)
    return value
  }
  return {
    scale: values.scale,
    jsonFile: values.json,
    runS: whole('seconds', 600),
    runs: whole('runs', 20),
    rows: values.rows === undefined ? undefined : whole('rows', 10_000_000),
  }
}
