import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPublicKey } from 'node:crypto'
import type { Context } from '../../src/ledger/context.ts'
import { chainChecks } from '../../src/operate/chain/chain-checks.ts'
import { checkCheckpoints } from '../../src/operate/chain/check-checkpoints.ts'
import type { Checkpoint } from '../../src/operate/chain/checkpoint-rules.ts'
import { exportEvents, readChainReach, type Positions } from '../../src/operate/chain/export-events.ts'
import { makeCheckpoint } from '../../src/operate/chain/make-checkpoint.ts'
import { auditLedger, type CheckResult } from '../../src/operate/integrity/audit-ledger.ts'
import { cleanUpLater } from './clean-up.ts'
import { createTestOrganisation } from './harness.ts'

const verifier = fileURLToPath(new URL('../../bin/verify-events.mjs', import.meta.url))

const faultsOf = (results: readonly CheckResult[]): string[] =>
  results.flatMap(({ examples }) =>
    examples.map(({ subject, found, expected }) => `${subject}: ${found}, should be ${expected}`),
  )

/** The chain of an organisation, as an auditor uses it. */
export function chainOf({ database, config }: Context, orgId: number) {
  const { pool } = database
  const { keys } = config.secrets
  const made = () => makeCheckpoint(database, keys, orgId)
  return {
    orgId,
    made,
    checkpoint: async () => (await made()).checkpoint,
    publicKey: async () =>
      createPublicKey((await made()).privateKey)
        .export({ type: 'spki', format: 'pem' })
        .toString(),
    /** What the audit says about the chain. */
    faults: async () => faultsOf(await auditLedger(pool, orgId, () => {}, chainChecks)),
    /** What it says about a checkpoint. */
    faultsOf: async (checkpoint: Checkpoint) =>
      faultsOf(await checkCheckpoints(database, keys, orgId, [{ name: 'a.json', checkpoint }])),
    lines: async (positions: Partial<Positions> = {}) => {
      const { linked: upTo } = await readChainReach(pool, orgId)
      const lines: string[] = []
      for await (const some of exportEvents(pool, orgId, { after: 0, upTo, ...positions }))
        lines.push(...some)
      return lines
    },
    eventIds: async () =>
      (
        await pool.query<{ id: number }>('select id from events where org_id = $1 order by id', [orgId])
      ).rows.map(({ id }) => id),
    linkedIds: async () =>
      (
        await pool.query<{ id: number }>(
          'select event_id as id from event_links where org_id = $1 order by position',
          [orgId],
        )
      ).rows.map(({ id }) => id),
  }
}

/** Writes events as a verb of the ledger does. */
export async function writeEvents(
  { database: { pool } }: Context,
  orgId: number,
  count: number,
): Promise<void> {
  await pool.query(
    `insert into events (org_id, kind, coupon_id, till_id, request_id, details)
     select $1, 'revoked', n, 7, 'request "' || n, '{"text": "gr\u00fcn\u2028"}' from generate_series(1, $2::int) n`,
    [orgId, count],
  )
}

/** An organisation with a number of linked events. */
export async function openChain(context: Context, count: number) {
  const { orgId } = await createTestOrganisation(context)
  await writeEvents(context, orgId, count)
  const chain = chainOf(context, orgId)
  const checkpoint = await chain.checkpoint()
  return { ...chain, first: checkpoint, ids: await chain.eventIds() }
}

/** Runs the stand-alone verification. */
export async function verifyFiles(given: {
  readonly lines: readonly string[]
  readonly key: string
  readonly checkpoint: Checkpoint
  readonly from?: Checkpoint
}): Promise<{ code: number | null; said: string }> {
  const folder = await mkdtemp(join(tmpdir(), `verify-${randomUUID().slice(0, 8)}-`))
  cleanUpLater(() => rm(folder, { recursive: true, force: true }))
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const args = [
    verifier,
    '--key',
    await write('key.pem', given.key),
    '--checkpoint',
    await write('checkpoint.json', JSON.stringify(given.checkpoint)),
    ...(given.from === undefined ? [] : ['--from', await write('from.json', JSON.stringify(given.from))]),
    await write('events.ndjson', given.lines.map((line) => `${line}\n`).join('')),
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  return { code: status, said: `${stdout}${stderr}`.replaceAll(`${folder}/`, '').trim() }
}
