import type { Selectable } from 'kysely'
import type { Config } from '../platform/config.ts'
import type { Queries } from '../platform/db/queries.ts'
import type { Webhooks } from '../platform/db/schema.gen.ts'
import { refuse } from '../values/errors.ts'

export const identifierTypes = ['mobile', 'email', 'externalId'] as const
export type ToldIdentifier = (typeof identifierTypes)[number]

/** The caller's own headers, sent with every message. */
export type ReceiverHeaders = Readonly<Record<string, string>>

export type WebhookRow = Selectable<Webhooks>

/** What a change of webhooks requires: the configuration, and the caller's transaction. */
export interface WebhookScope {
  readonly config: Config
  readonly queries: Queries
}

/** The place of a webhook's secret or headers; see `sealed-text.ts`. */
export const placeOf = (what: 'secret' | 'headers', orgId: number, webhookId: number): string =>
  `webhooks.${what} ${orgId} ${webhookId}`

/** @throws Refusal 404: the webhook does not exist or is deleted. */
export async function readWebhook(queries: Queries, orgId: number, id: number): Promise<WebhookRow> {
  const row = await queries
    .selectFrom('webhooks')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('state', '<>', 'deleted')
    .executeTakeFirst()
  if (row === undefined) throw refuse.notFound()
  return row
}

/** In order of creation. */
export function listWebhooks(
  queries: Queries,
  orgId: number,
  page: { limit: number; offset: number },
): Promise<WebhookRow[]> {
  return queries
    .selectFrom('webhooks')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('state', '<>', 'deleted')
    .orderBy('id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
}
