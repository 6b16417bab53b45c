import type { Context } from '../../ledger/context.ts'
import { readUser } from '../../identity/people/list-users.ts'
import { listAccessGroups } from '../../identity/organisations/access-groups.ts'
import { listClients, listStores, listTills, type Page } from '../../identity/organisations/list-logins.ts'
import { readSettings } from '../../identity/organisations/organisation-settings.ts'
import { readCustomerState } from '../../ledger/customers/read-state.ts'
import { readSeriesById } from '../../ledger/series/list-series.ts'
import { epochSecondsOf, readNow } from '../../platform/clock.ts'
import { readWebhook } from '../../webhooks/webhook.ts'
import type { Edited } from '../../http/edited.ts'
import { loginToWire } from './login-wire.ts'
import { ownSeriesToWire } from './series-wire.ts'
import { userToWire } from './user-wire.ts'
import { webhookToWire } from './webhook-wire.ts'

const versioned = <Row extends { readonly version: number }>(row: Row | undefined) =>
  row && { version: row.version, record: row }

const only = (id: number): Page => ({ limit: 1, offset: 0, only: id })

/** The records that people edit in forms, each as its own call prints it. */
export function editedRecords(context: Context) {
  const { pool, queries } = context.database
  return {
    organisation: {
      table: 'organisations',
      current: async ({ orgId }) => versioned(await readSettings(queries, orgId)),
    },
    accessGroup: {
      table: 'access_groups',
      current: async ({ orgId }, id) => versioned((await listAccessGroups(queries, orgId, only(id)))[0]),
    },
    store: {
      table: 'stores',
      current: async ({ orgId }, id) => versioned((await listStores(queries, orgId, only(id)))[0]),
    },
    till: {
      table: 'tills',
      current: async ({ orgId, timeZone }, id) => {
        const [till] = await listTills(queries, orgId, only(id))
        return versioned(till && loginToWire(till, timeZone))
      },
    },
    client: {
      table: 'clients',
      current: async ({ orgId, timeZone }, id) => {
        const [client] = await listClients(queries, orgId, only(id))
        return versioned(client && loginToWire(client, timeZone))
      },
    },
    user: {
      table: 'users',
      current: async ({ orgId, timeZone }, id) => {
        const user = await readUser(queries, orgId, id)
        return { version: user.version, record: userToWire(user, timeZone) }
      },
    },
    webhook: {
      table: 'webhooks',
      current: async ({ orgId, timeZone }, id) => {
        const row = await readWebhook(queries, orgId, id)
        return { version: row.version, record: webhookToWire(context, row, timeZone) }
      },
    },
    customer: {
      table: 'customers',
      current: async ({ orgId }, id) => versioned(await readCustomerState(pool, orgId, id)),
    },
    series: {
      table: 'series',
      current: async (caller, id) => {
        const series = (await readSeriesById(context, caller.orgId, [id], 'uncounted')).get(id)
        if (series === undefined) return undefined
        const nowS = await epochSecondsOf(pool, await readNow(context, pool, caller))
        return { version: series.version, record: ownSeriesToWire(series, caller.timeZone, nowS) }
      },
    },
  } satisfies Readonly<Record<string, Edited>>
}
