import type { ClientBase } from 'pg'
import { epochSecondsOf } from '../../platform/clock.ts'
import { haltSql } from '../post/halt.ts'
import type { Halt } from './terms.ts'

/** The new state of a series; `running` resumes it. */
export type HaltState = Halt['as'] | 'running'

const kinds = { paused: 'series-paused', stopped: 'series-stopped', running: 'series-resumed' } as const

/** The person or program that halts a series. */
interface Halter {
  readonly kind: 'till' | 'client' | 'user'
  readonly holderId: number
}

export interface HaltCommand {
  readonly state: HaltState
  readonly reason: string
  /** Undefined: an operator on the command line. */
  readonly halter: Halter | undefined
  readonly requestId: string | null
  readonly tillId: number | null
}

const names = {
  till: 'select code as name from tills where org_id = $1 and id = $2',
  client: 'select name from clients where org_id = $1 and id = $2',
  user: 'select name from users where org_id = $1 and id = $2',
} as const

/**
 * Pauses, stops or resumes a series, in a transaction that holds its lock: every redemption and issue judged
 * afterwards, in any process, sees the change. A series that is already in this state is left unchanged.
 *
 * @param now as returned by `holdNow`.
 */
export async function haltSeries(
  client: ClientBase,
  orgId: number,
  id: number,
  { state, reason, halter, requestId, tillId }: HaltCommand,
  now: Date | null,
): Promise<void> {
  const by = halter === undefined ? null : await readName(client, orgId, halter)
  const halt: Halt | null =
    state === 'running' ? null : { as: state, atS: Math.floor(await epochSecondsOf(client, now)), reason, by }
  const stated = halt && JSON.stringify(halt)
  await client.query(haltSql, [orgId, id, stated, kinds[state], now, reason, by, requestId, tillId])
}

async function readName(
  client: ClientBase,
  orgId: number,
  { kind, holderId }: Halter,
): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(names[kind], [orgId, holderId])
  return rows[0]?.name ?? null
}
