import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Findings } from './findings.ts'
import { proveMutations } from './mutate.ts'
import { readOptions, usage, UsageError, type Options } from './options.ts'
import { describeRun, describeViolation, describeViolations } from './report.ts'
import { prove, type RunSettings } from './run.ts'
import { stopAllServers } from './server-process.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const print = (line: string): void => void process.stdout.write(`${line}\n`)

async function proveOnce(options: Options, settings: RunSettings): Promise<boolean> {
  const findings = new Findings((violation) => print(`VIOLATED\n${describeViolation(violation)}`))
  const startedAtMs = Date.now()
  print(
    `Proof of the ledger: ${options.minutes} min, seed ${options.seed}, ${options.processes} server processes\n`,
  )
  try {
    await prove(settings, options.minutes, options.focus, findings)
  } catch (error) {
    findings.violate(
      'the proof runs to its end',
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    )
  }
  const isProved = findings.violationCount === 0
  print(`\n${describeRun(findings, options.seed, options.processes, Date.now() - startedAtMs)}\n`)
  if (isProved) print('Verdict: nothing was violated.')
  else {
    print(describeViolations(findings))
    print(
      `\nVerdict: ${findings.violationCount} violations. The same rounds again: npm run prove -- --seed ${options.seed}${options.focus === undefined ? '' : ` --focus '${options.focus}'`}`,
    )
  }
  return isProved
}

async function main(): Promise<number> {
  const args = process.argv.slice(2)
  if (args.includes('--help')) {
    print(usage)
    return 0
  }
  try {
    const options = readOptions(args, process.env)
    const { seed, processes, databaseUrl, isKept, webhooks } = options
    const settings = { root, seed, processes, databaseUrl, isKept, webhooks, log: print }
    const isGood = options.mutations
      ? await proveMutations(settings, options.only)
      : await proveOnce(options, settings)
    return isGood ? 0 : 1
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`prove: ${error.message}\n\n${usage}\n`)
    return 2
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopAllServers()
    process.exit(1)
  })
}
process.exitCode = await main()
