import type { Command } from 'commander'
import { closePublicLogins } from '../operate/demo/public-logins.ts'
import { generateSample } from '../operate/sample/generate-sample.ts'
import { wholeNumber } from './arguments.ts'
import { openOrMakeDatabase, print, withDatabase } from './run.ts'

/**
 * `demo close`: required before a database that contains the demo is opened to others. `demo generate`: an organisation of
 * invented people, to try at size.
 */
export function addDemoCommand(program: Command): void {
  const demo = program
    .command('demo')
    .description('the demo organisation, whose credentials are published, and sample data of any size')
  addGenerateCommand(demo)
  demo
    .command('close')
    .description(
      'revoke the published credentials: tills and client are revoked, people get random passwords that are not printed (user set-password sets new ones)',
    )
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const closed = await withDatabase(({ queries }) => closePublicLogins(queries))
      const what = {
        till: 'Revoked till',
        client: 'Revoked client',
        user: 'Changed the password of',
      } as const
      print(
        json,
        { closed: closed.map(({ kind, login }) => ({ kind, login })) },
        closed.length === 0
          ? ['No published credentials of the demo work in this database']
          : closed.map(({ kind, login }) => `${what[kind]} "${login}"`),
      )
    })
}

function addGenerateCommand(demo: Command): void {
  demo
    .command('generate')
    .description(
      'create an organisation of invented customers with a year and a half of coupons, redemptions, reversals and returns',
    )
    .requiredOption(
      '--customers <number>',
      'how many customers, at most 1,000,000',
      wholeNumber(1, 1_000_000),
    )
    .option(
      '--seed <number>',
      'the same seed, number of customers and day give the same data; default: 1',
      wholeNumber(0, 999_999_999),
    )
    .option('--name <name>', 'name of the organisation', 'Sample')
    .option('--json', 'print JSON')
    .action(runGenerate)
}

async function runGenerate(given: {
  customers: number
  seed?: number
  name: string
  json?: boolean
}): Promise<void> {
  const { customers, seed = 1, name, json } = given
  const startedAtMs = performance.now()
  const elapsedS = (): string => ((performance.now() - startedAtMs) / 1000).toFixed(1)
  const sample = await withDatabase(
    (database) =>
      generateSample(database, {
        customers,
        seed,
        name,
        nowS: Date.now() / 1000,
        onStep: (what, rows) => process.stderr.write(`${elapsedS()} s: ${rows} ${what}\n`),
      }),
    { open: openOrMakeDatabase, goOn: 'nothing was kept' },
  )
  const { orgId, lastDay, till, rows } = sample
  print(json, { orgId, name, seed, lastDay, till, rows, elapsedS: Number(elapsedS()) }, [
    `Created organisation ${orgId} "${name}", whose history ends on ${lastDay}, in ${elapsedS()} s`,
    `${rows['customers']} customers, ${rows['coupons']} coupons, ${rows['redemptions']} redemptions, ${rows['reversals']} reversals, ${rows['returns']} returns`,
    `Till "${till.code}" with the password ${till.password} (shown this once)`,
    `For the console: counterfoil user create --org ${orgId} --email you@example.com --name You --role admin`,
  ])
}
