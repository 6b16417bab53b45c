import type { Selectable } from 'kysely'
import type { Config } from '../platform/config.ts'
import type { Queries } from '../platform/db/queries.ts'
import type { Webhooks } from '../platform/db/schema.gen.ts'
import { refuse } from '../values/errors.ts'

export const identifierTypes = ['mobile', 'email', 'externalId'] as const
export type ToldIdentifier = (typeof identifierTypes)[number]

/** Headers of the caller's own, sent with every message. */
export type ReceiverHeaders = Readonly<Record<string, string>>

export type WebhookRow = Selectable<Webhooks>

/** What it takes to change webhooks: the settings, and the transaction of whoever changes them. */
export interface WebhookScope {
  readonly config: Config
  readonly queries: Queries
}

/** Where a secret or the headers of a webhook belong; see `sealed-text.ts`. */
export const placeOf = (what: 'secret' | 'headers', orgId: number, webhookId: number): string =>
  `webhooks.${what} ${orgId} ${webhookId}`

/** @throws Refusal 404: there is none, or it is deleted. */
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

/** In the order in which they were created. */
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
