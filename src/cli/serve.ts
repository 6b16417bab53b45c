import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { startKeepingLastUses, writeLastUses } from '../identity/credentials/keep-last-uses.ts'
import { publicCredentials } from '../identity/credentials/public-credentials-rules.ts'
import { measureArchive } from '../operate/backup/archive-metric.ts'
import { isLoopback, type Config } from '../platform/config.ts'
import { createContext, type Context } from '../ledger/context.ts'
import { createLog } from '../platform/log.ts'
import { OperatorError } from '../values/errors.ts'
import { bringIntoNormalForm } from '../ledger/customers/work-on-normal-form.ts'
import { startBatchWork } from '../bulk/codes/work-on-open-batches.ts'
import { hasDemoPeople, loadDemo } from '../operate/demo/load-demo.ts'
import { findPublicLogins } from '../operate/demo/public-logins.ts'
import type { App } from '../http/app.ts'
import { startKeepingRefusals, writeRefusals } from '../platform/refusals/keep-refusals.ts'
import { startLinkingEvents } from '../operate/chain/work-on-chains.ts'
import { startMeasuringBudgets } from '../operate/work-on-budgets.ts'
import { startSweeps } from '../operate/sweeps.ts'
import { startLimitWork } from '../operate/work-on-limits.ts'
import { startSealing } from '../operate/sealing/seal-stored.ts'
import { createServer } from '../api/create-server.ts'
import { stopListening } from '../http/stop-listening.ts'
import { startUploadWork } from '../bulk/uploads/work-on-open-uploads.ts'
import { startWebhookWork } from '../webhooks/work-on-webhooks.ts'

const idleSweepMs = 50

async function listen(app: App, { host, port }: Config): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reasons: Record<string, string> = {
      EADDRINUSE: 'the port is in use; set PORT to another one',
      EACCES: 'this user may not use the port; set PORT to another one',
      EADDRNOTAVAIL: 'this machine has no such address; set HOST to another one',
      ENOTFOUND: 'there is no such address; set HOST to another one',
    }
    throw new OperatorError(`cannot listen on ${host}:${port}: ${reasons[code ?? ''] ?? message}`)
  }
  const { port: bound } = app.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
}

/** Resolves with the first signal that asks the process to stop. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal))
  })
}

/** Lets requests in progress finish for up to `drainTimeoutMs`, then closes the remaining connections. */
async function drain(app: App, { drainTimeoutMs }: Config): Promise<void> {
  const timeout = setTimeout(() => app.server.closeAllConnections(), drainTimeoutMs)
  // A keep-alive connection becomes idle once its last request is answered, which may be later.
  const sweep = setInterval(() => app.server.closeIdleConnections(), idleSweepMs)
  await stopListening(app.server)
  await app.close()
  clearTimeout(timeout)
  clearInterval(sweep)
}

/** E-mail addresses and the password of one person per role. */
const demoPeople = publicCredentials.people.map(
  ({ role, email }) => `  ${`${email} / demo`.padEnd(28)} signs in as ${role}`,
)

function announce(context: Context, url: string, isDemo: boolean, hasPeople: boolean): void {
  const lines = [`Counterfoil serves on ${url}`]
  if (isDemo) {
    lines.push(
      '',
      'Demo organisation (id 1, UTC, India)',
      '  till         demo.till / demo        reads and writes',
      '  till         demo.reader / demo      reads only',
      '  till         demo.typed / demo       v1.1 with booleans and numbers',
      '  OAuth client demo-key / demo-secret',
      ...(hasPeople ? demoPeople : []),
      '',
      'Try',
      `  curl -u demo.till:demo '${url}/v2/customers/coupons?mobile=919400488244'`,
      '',
      `Console:              ${url}/console`,
      `Reference of the API: ${url}/docs`,
    )
  }
  process.stdout.write(`${lines.join('\n')}\n`)
  context.log.info({ url, demo: isDemo }, 'serving')
}

/**
 * Published credentials must not work from other machines, however the demo came into the database: by an earlier
 * start, another server or a backup.
 *
 * @throws OperatorError if published credentials work and the address is not a loopback address.
 */
async function refusePublicLogins({ database, config }: Context): Promise<void> {
  if (isLoopback(config.host)) return
  const found = await findPublicLogins(database.queries)
  if (found.length === 0) return
  throw new OperatorError(
    `the database holds the demo organisation, whose credentials are published (${found.map(({ login }) => login).join(', ')}); ` +
      `they are accepted on a loopback address only, and HOST is ${config.host}. Run npx counterfoil demo close, which revokes them, and start again`,
  )
}

/**
 * Runs the server until it is stopped (SIGINT, SIGTERM).
 *
 * @throws OperatorError if the database or the port is unavailable; nothing is left running then.
 */
export async function serve(config: Config): Promise<void> {
  const stopped = stopSignal()
  const log = createLog(config)
  const context = await createContext(config, log)
  try {
    measureArchive(context.metrics.registry, config)
    // Before the first look-up, so that identifiers stored by an earlier release are found from the start.
    await bringIntoNormalForm(context)
    const app = await createServer(context)
    const isDemo = config.demo && (await loadDemo(context))
    await refusePublicLogins(context)
    const hasPeople = isDemo && (await hasDemoPeople(context))
    announce(context, await listen(app, config), isDemo, hasPeople)
    const background = [
      startSweeps(context),
      startBatchWork(context),
      startUploadWork(context),
      startWebhookWork(context),
      startLinkingEvents(context),
      startLimitWork(context),
      startMeasuringBudgets(context),
      startKeepingRefusals(context),
      startKeepingLastUses(context),
      startSealing(context),
    ]
    log.info({ signal: await stopped }, 'stopping')
    context.life.isStopping = true
    await sleep(config.drainDelayMs)
    await Promise.all([...background.map((stop) => stop()), drain(app, config)])
    // Counts of the last requests; an unavailable database does not delay the exit.
    await Promise.allSettled([writeRefusals(context), writeLastUses(context)])
  } finally {
    await context.close()
  }
}
