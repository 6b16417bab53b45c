import { sql } from 'kysely'
import { commonKey } from '../platform/db/common-key.ts'
import { isConstraint } from '../platform/db/constraint.ts'
import { quote, refuse } from '../values/errors.ts'
import { checkName } from '../identity/organisations/organisation-rules.ts'
import type { EventKind } from './event-names-rules.ts'
import { readReceiverUrl } from './receiver-url.ts'
import { seal } from '../platform/db/sealed-text.ts'
import { generateWebhookSecret } from './signature-rules.ts'
import { readHeaders } from './webhook-fields-rules.ts'
import {
  placeOf,
  type ReceiverHeaders,
  type ToldIdentifier,
  type WebhookRow,
  type WebhookScope,
} from './webhook.ts'

export interface NewWebhook {
  readonly name: string
  readonly url: string
  readonly kinds: readonly EventKind[]
  readonly headers: ReceiverHeaders
  readonly maxConnections: number
  readonly identifiers: readonly ToldIdentifier[]
  readonly slaS: number
  readonly isActive: boolean
  readonly tillId: number | null
}

/** The caller's names of the fields, for refusals. */
export interface FieldNames {
  readonly url: string
  readonly headers: string
}

const maxWebhooks = 100

/**
 * Creates a webhook for events from now on.
 *
 * @returns the webhook, and the secret that signs its messages, shown only this once.
 * @throws Refusal 400 for an invalid name, URL or header, or a taken name; 409 if there are too many.
 */
export async function createWebhook(
  { config, queries }: WebhookScope,
  orgId: number,
  given: NewWebhook,
  names: FieldNames,
): Promise<{ webhook: WebhookRow; secret: string }> {
  const name = checkName(given.name)
  const url = readReceiverUrl(config, names.url, given.url)
  const headers = JSON.stringify(readHeaders(names.headers, given.headers))
  const secret = generateWebhookSecret()
  const key = await commonKey(queries, config.secrets.keys)
  const { n } = await queries
    .selectFrom('webhooks')
    .select(sql<number>`count(*)::int`.as('n'))
    .where('org_id', '=', orgId)
    .where('state', '<>', 'deleted')
    .executeTakeFirstOrThrow()
  if (n >= maxWebhooks) throw refuse.conflict(`There are ${n} webhooks; delete one first`)
  const { rows } = await sql<{ id: number }>`select nextval('webhooks_id_seq') as id`.execute(queries)
  const { id } = rows[0] as { id: number }
  try {
    const webhook = await queries
      .insertInto('webhooks')
      .values({
        org_id: orgId,
        id,
        name,
        url,
        kinds: [...given.kinds],
        state: given.isActive ? 'active' : 'paused',
        secret: seal(key, placeOf('secret', orgId, id), secret),
        headers: seal(key, placeOf('headers', orgId, id), headers),
        max_connections: given.maxConnections,
        sla_s: given.slaS,
        identifiers: [...given.identifiers],
        read_up_to_id: sql`coalesce(pg_sequence_last_value('events_id_seq'), 0)`,
        created_till_id: given.tillId,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    return { webhook, secret }
  } catch (error) {
    if (isConstraint(error, 'webhooks__name'))
      throw refuse.badRequest(`There is a webhook ${quote(name)} already`)
    throw error
  }
}
