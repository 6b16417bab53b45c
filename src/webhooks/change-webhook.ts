import { sql, type UpdateObject } from 'kysely'
import type { Config } from '../platform/config.ts'
import { commonKey } from '../platform/db/common-key.ts'
import { isConstraint } from '../platform/db/constraint.ts'
import type { DB } from '../platform/db/schema.gen.ts'
import { OperatorError, refuse } from '../values/errors.ts'
import { checkName } from '../identity/organisations/organisation-rules.ts'
import type { NewWebhook } from './create-webhook.ts'
import { readReceiverUrl } from './receiver-url.ts'
import { seal, unseal } from '../platform/db/sealed-text.ts'
import { generateWebhookSecret } from './signature-rules.ts'
import { readHeaders } from './webhook-fields-rules.ts'
import { placeOf, type WebhookRow, type WebhookScope } from './webhook.ts'

export type WebhookChange = {
  readonly [Field in Exclude<keyof NewWebhook, 'isActive' | 'tillId' | 'slaS'>]?:
    | NewWebhook[Field]
    | undefined
}

const unfailed = { failures: 0, failing_since: null, held_until: null }

type Columns = UpdateObject<DB, 'webhooks'>

/** @throws Refusal 404 if the webhook does not exist, 400 for a taken name. */
async function update(
  { queries }: WebhookScope,
  orgId: number,
  id: number,
  columns: Columns,
): Promise<WebhookRow> {
  try {
    const row = await queries
      .updateTable('webhooks')
      .set({ ...columns, updated_at: sql`now()` })
      .where('org_id', '=', orgId)
      .where('id', '=', id)
      .where('state', '<>', 'deleted')
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) throw refuse.notFound()
    return row
  } catch (error) {
    if (isConstraint(error, 'webhooks__name'))
      throw refuse.badRequest('There is a webhook of this name already')
    throw error
  }
}

/**
 * Changes the given properties. Added kinds of events are sent from then on.
 *
 * @throws Refusal 400 for an invalid value, 404 if the webhook does not exist.
 */
export async function changeWebhook(
  scope: WebhookScope,
  orgId: number,
  id: number,
  change: WebhookChange,
): Promise<WebhookRow> {
  const { name, url, kinds, headers, maxConnections, identifiers } = change
  return update(scope, orgId, id, {
    ...(name !== undefined && { name: checkName(name) }),
    // A new receiver does not inherit the failures of the previous one.
    ...(url !== undefined && { url: readReceiverUrl(scope.config, 'url', url), ...unfailed }),
    ...(kinds !== undefined && { kinds: [...kinds] }),
    ...(headers !== undefined && {
      headers: seal(
        await commonKey(scope.queries, scope.config.secrets.keys),
        placeOf('headers', orgId, id),
        JSON.stringify(readHeaders('headers', headers)),
      ),
    }),
    ...(maxConnections !== undefined && { max_connections: maxConnections }),
    ...(identifiers !== undefined && { identifiers: [...identifiers] }),
  })
}

/** Pauses deliveries until the webhook is resumed. Events in the meantime are not lost. @throws Refusal 404. */
export async function pauseWebhook(scope: WebhookScope, orgId: number, id: number): Promise<WebhookRow> {
  return update(scope, orgId, id, { state: 'paused', stopped_because: null })
}

/** Resumes where the webhook was paused or stopped, including the events since then. @throws Refusal 404. */
export function resumeWebhook(scope: WebhookScope, orgId: number, id: number): Promise<WebhookRow> {
  return update(scope, orgId, id, {
    state: 'active',
    stopped_because: null,
    ...unfailed,
  })
}

/** Deletes a webhook. Its messages are deleted in the background. @throws Refusal 404. */
export async function deleteWebhook(scope: WebhookScope, orgId: number, id: number): Promise<void> {
  await update(scope, orgId, id, {
    state: 'deleted',
    stopped_because: null,
    secret: 'plain:',
    former_secret: null,
    former_secret_until: null,
    headers: 'plain:{}',
  })
}

/**
 * Gives a webhook a new secret. The previous one also signs during the overlap, so that the receiver can switch without
 * losing a message; a secret still in an earlier overlap ends now.
 *
 * @returns the secret, only this once. @throws Refusal 404.
 */
export async function rotateWebhookSecret(
  scope: WebhookScope,
  orgId: number,
  id: number,
  overlapHours: number,
): Promise<{ webhook: WebhookRow; secret: string }> {
  const secret = generateWebhookSecret()
  const key = await commonKey(scope.queries, scope.config.secrets.keys)
  const webhook = await update(scope, orgId, id, {
    former_secret: overlapHours > 0 ? sql`secret` : null,
    former_secret_until: overlapHours > 0 ? sql`now() + make_interval(hours => ${overlapHours}::int)` : null,
    secret: seal(key, placeOf('secret', orgId, id), secret),
  })
  return { webhook, secret }
}

/** Names of the custom headers; their values may be secrets. Null: they are encrypted with a lost key. */
export function readHeaderNames(config: Config, row: WebhookRow): string[] | null {
  const { org_id: orgId, id } = row
  let headers
  try {
    headers = unseal(config.secrets.keys, placeOf('headers', orgId, id), row.headers)
  } catch (error) {
    if (error instanceof OperatorError) return null
    throw error
  }
  return Object.keys(JSON.parse(headers) as object)
}
