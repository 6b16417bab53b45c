import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import type { HistoryOf, MergePreview, Merges, Notes } from './types.ts'

/** The things that have a history, by the key under which a change invalidates it. */
export type HistorySubject =
  | { readonly kind: 'coupon'; readonly code: string; readonly customerId: number }
  | { readonly kind: 'customer' | 'series' | 'till' | 'client' | 'user'; readonly id: number }

const pathOf = {
  customer: 'customers',
  series: 'series',
  till: 'tills',
  client: 'clients',
  user: 'users',
} as const

/** What happened to a thing, when, by whom and why; latest first. */
export const historyOfQuery = (subject: HistorySubject, limit = 25) =>
  infiniteQueryOptions({
    queryKey: [
      subject.kind,
      subject.kind === 'coupon' ? subject.code.toUpperCase() : subject.id,
      'history',
      subject,
    ],
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) => {
      const path =
        subject.kind === 'coupon'
          ? `coupons/${encodeURIComponent(subject.code)}`
          : `${pathOf[subject.kind]}/${subject.id}`
      const customerId = subject.kind === 'coupon' ? subject.customerId : undefined
      return call<HistoryOf>(`/admin/v1/${path}/history`, {
        query: { limit, cursor: pageParam || undefined, customerId },
        signal,
      })
    },
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })

export const notesQuery = (customerId: number, limit = 3) =>
  infiniteQueryOptions({
    queryKey: ['customer', customerId, 'notes'],
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) =>
      call<Notes>(`/admin/v1/customers/${customerId}/notes`, {
        query: { limit, cursor: pageParam || undefined },
        signal,
      }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })

/** Who was merged into a customer, and by what else the customer is found. */
export const mergesQuery = (customerId: number) =>
  queryOptions({
    queryKey: ['customer', customerId, 'merges'],
    queryFn: ({ signal }) => call<Merges>(`/admin/v1/customers/${customerId}/merges`, { signal }),
  })

/** What a merge would do; read anew each time, since it is for good. */
export const mergePreviewQuery = (survivorId: number, retiredId: number | undefined) =>
  queryOptions({
    queryKey: ['customer', survivorId, 'merge', retiredId],
    enabled: retiredId !== undefined,
    staleTime: 0,
    queryFn: ({ signal }) =>
      call<MergePreview>(`/admin/v1/customers/${survivorId}/merge`, { query: { retiredId }, signal }),
  })
