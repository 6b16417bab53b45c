import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import type {
  AccessGroup,
  AuditPage,
  ClientSettingDefinition,
  Client,
  Jobs,
  Settings,
  Store,
  Till,
  User,
  UserSession,
  Webhook,
  WebhookMessage,
  WebhookMessageWithAttempts,
} from './types.ts'

/** Queries of the administration pages. */

/** Reads every row of a list of `/admin/v1`, page by page: an organisation has hundreds. */
async function readAll<Row>(path: string, name: string, signal: AbortSignal): Promise<readonly Row[]> {
  const limit = 1_000
  const rows: Row[] = []
  for (;;) {
    const answer = await call<Record<string, Row[]>>(path, { query: { limit, offset: rows.length }, signal })
    const page = answer[name] ?? []
    rows.push(...page)
    if (page.length < limit) return rows
  }
}

export const storesQuery = queryOptions({
  queryKey: ['places', 'stores'],
  queryFn: ({ signal }) => readAll<Store>('/admin/v1/stores', 'stores', signal),
})

export const accessGroupsQuery = queryOptions({
  queryKey: ['access-groups'],
  queryFn: ({ signal }) => readAll<AccessGroup>('/admin/v1/access-groups', 'accessGroups', signal),
})

export const clientSettingsQuery = queryOptions({
  queryKey: ['client-settings'],
  queryFn: async ({ signal }) =>
    (await call<{ clientSettings: ClientSettingDefinition[] }>('/admin/v1/client-settings', { signal }))
      .clientSettings,
  staleTime: Infinity,
})

export const jobsQuery = queryOptions({
  queryKey: ['jobs'],
  queryFn: ({ signal }) => call<Jobs>('/admin/v1/jobs', { signal }),
})

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: ({ signal }) => readAll<Webhook>('/admin/v1/webhooks', 'webhooks', signal),
})

export const webhookQuery = (id: number) =>
  queryOptions({
    queryKey: ['webhooks', id],
    queryFn: ({ signal }) => call<Webhook>(`/admin/v1/webhooks/${id}`, { signal }),
  })

export const webhookMessagesQuery = (id: number, state: string) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', id, 'messages', state],
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) =>
      call<{ messages: WebhookMessage[] }>(`/admin/v1/webhooks/${id}/messages`, {
        query: { state, limit: 50, before: pageParam },
        signal,
      }).then(({ messages }) => messages),
    getNextPageParam: (last) => (last.length < 50 ? undefined : last.at(-1)?.eventId),
  })

export const webhookMessageQuery = (id: number, eventId: string) =>
  queryOptions({
    queryKey: ['webhooks', id, 'message', eventId],
    queryFn: ({ signal }) =>
      call<WebhookMessageWithAttempts>(`/admin/v1/webhooks/${id}/messages/${eventId}`, { signal }),
  })

export const tillsQuery = queryOptions({
  queryKey: ['tills'],
  queryFn: ({ signal }) => readAll<Till>('/admin/v1/tills', 'tills', signal),
})

export const clientsQuery = queryOptions({
  queryKey: ['clients'],
  queryFn: ({ signal }) => readAll<Client>('/admin/v1/clients', 'clients', signal),
})

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => readAll<User>('/admin/v1/users', 'users', signal),
})

export const userSessionsQuery = (id: number) =>
  queryOptions({
    queryKey: ['users', id, 'sessions'],
    queryFn: ({ signal }) =>
      call<{ sessions: UserSession[] }>(`/admin/v1/users/${id}/sessions`, { signal }).then(
        ({ sessions }) => sessions,
      ),
  })

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => call<Settings>('/admin/v1/organisation', { signal }),
})

export interface AuditFilter {
  readonly q?: string
  readonly actor?: string
  readonly subject?: string
  readonly action?: string
  readonly from?: string
  readonly to?: string
}

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) =>
      call<AuditPage>('/admin/v1/audit', { query: { ...filter, limit: 50, cursor: pageParam }, signal }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
