import type { IdentityContext } from '../context.ts'
import type { OwnLimits } from '../../values/rate-rules.ts'
import { clientSettingsOf } from '../../values/client-settings.ts'
import { permissionsOf, type Access, type Caller } from '../../values/caller.ts'

/** A till or client as stored in the database. */
export interface Holder {
  readonly caller: Caller
  readonly isRevoked: boolean
  /** Argon2id for a till; empty for a client. */
  readonly passwordHash: string
}

const columns = [
  'o.org_id',
  'o.is_sandbox',
  'o.time_zone',
  'o.country',
  'o.currency',
  'o.requires_transaction_number',
  'o.replays_till_retries',
  'o.client_settings as organisation_settings',
  't.id as till_id',
  't.store_id',
  'g.customer_access',
  'g.coupon_access',
  'g.series_access',
  'g.organisation_access',
  'g.webhook_access',
] as const

interface HolderRow {
  org_id: number
  is_sandbox: boolean
  time_zone: string
  country: string
  currency: string | null
  requires_transaction_number: boolean
  replays_till_retries: boolean
  till_id: number
  store_id: number
  customer_access: string
  coupon_access: string
  series_access: string
  organisation_access: string
  webhook_access: string
  organisation_settings: unknown
  client_settings: unknown
  limits: unknown
}

function callerOf(row: HolderRow, kind: 'till' | 'client', holderId: number): Caller {
  return {
    orgId: row.org_id,
    isSandbox: row.is_sandbox,
    kind,
    holderId,
    tillId: row.till_id,
    storeId: row.store_id,
    access: permissionsOf(
      {
        customer: row.customer_access as Access,
        coupon: row.coupon_access as Access,
        series: row.series_access as Access,
        organisation: row.organisation_access as Access,
        webhook: row.webhook_access as Access,
      },
      kind,
    ),
    timeZone: row.time_zone,
    country: row.country,
    currency: row.currency,
    requiresTransactionNumber: row.requires_transaction_number,
    replaysTillRetries: row.replays_till_retries,
    settings: clientSettingsOf(row.client_settings, row.organisation_settings),
    limits: row.limits as OwnLimits | null,
  }
}

async function findLogin(
  context: IdentityContext,
  kind: 'till' | 'client' | 'user',
  login: string,
): Promise<{ orgId: number; holderId: number } | undefined> {
  // PostgreSQL texts cannot contain NUL, so no login does.
  if (login.includes('\0')) return undefined
  const row = await context.database.queries
    .selectFrom('logins')
    .select(['org_id', 'holder_id'])
    .where('kind', '=', kind)
    .where('login', '=', login)
    .executeTakeFirst()
  return row && { orgId: row.org_id, holderId: row.holder_id }
}

/** Returns the till with this code; codes are unique across organisations. */
export async function readTill(context: IdentityContext, code: string): Promise<Holder | undefined> {
  const login = await findLogin(context, 'till', code)
  if (login === undefined) return undefined
  const row = await context.database.queries
    .selectFrom('tills as t')
    .innerJoin('organisations as o', 'o.org_id', 't.org_id')
    .innerJoin('access_groups as g', (join) =>
      join.onRef('g.org_id', '=', 't.org_id').onRef('g.id', '=', 't.access_group_id'),
    )
    .select([...columns, 't.password_hash', 't.revoked_at', 't.limits', 't.client_settings'])
    .where('t.org_id', '=', login.orgId)
    .where('t.id', '=', login.holderId)
    .executeTakeFirst()
  return (
    row && {
      caller: callerOf(row, 'till', login.holderId),
      isRevoked: row.revoked_at !== null,
      passwordHash: row.password_hash,
    }
  )
}

/** Returns the client with this id in its organisation. It acts as its till, and is revoked with it. */
export async function readClient(
  context: IdentityContext,
  orgId: number,
  clientId: number,
): Promise<Holder | undefined> {
  const row = await context.database.queries
    .selectFrom('clients as c')
    .innerJoin('tills as t', (join) =>
      join.onRef('t.org_id', '=', 'c.org_id').onRef('t.id', '=', 'c.till_id'),
    )
    .innerJoin('organisations as o', 'o.org_id', 'c.org_id')
    .innerJoin('access_groups as g', (join) =>
      join.onRef('g.org_id', '=', 'c.org_id').onRef('g.id', '=', 'c.access_group_id'),
    )
    .select([...columns, 'c.revoked_at', 't.revoked_at as till_revoked_at', 'c.limits', 'c.client_settings'])
    .where('c.org_id', '=', orgId)
    .where('c.id', '=', clientId)
    .executeTakeFirst()
  return (
    row && {
      caller: callerOf(row, 'client', clientId),
      isRevoked: row.revoked_at !== null || row.till_revoked_at !== null,
      passwordHash: '',
    }
  )
}

export interface ClientSecret {
  readonly orgId: number
  readonly clientId: number
  readonly secretHash: Buffer
  readonly tokenTtlS: number
  readonly name: string
  readonly isRevoked: boolean
}

/** The data needed to verify a client's secret. */
export async function readClientSecret(
  context: IdentityContext,
  key: string,
): Promise<ClientSecret | undefined> {
  const login = await findLogin(context, 'client', key)
  if (login === undefined) return undefined
  const row = await context.database.queries
    .selectFrom('clients as c')
    .innerJoin('tills as t', (join) =>
      join.onRef('t.org_id', '=', 'c.org_id').onRef('t.id', '=', 'c.till_id'),
    )
    .select(['c.secret_hash', 'c.token_ttl_s', 'c.name', 'c.revoked_at', 't.revoked_at as till_revoked_at'])
    .where('c.org_id', '=', login.orgId)
    .where('c.id', '=', login.holderId)
    .executeTakeFirst()
  return (
    row && {
      orgId: login.orgId,
      clientId: login.holderId,
      secretHash: row.secret_hash,
      tokenTtlS: row.token_ttl_s,
      name: row.name,
      isRevoked: row.revoked_at !== null || row.till_revoked_at !== null,
    }
  )
}
