import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call, callForVersion } from './call.ts'
import type { Budget, BurnDown, HoldPage, ItemRules, Returns, Versioned } from './types.ts'

/** Queries of budgets, rules of items, returns and holds. */

/** Something of a series that is edited as a form, with its version. */
const ofSeries = async <Answer>(path: string, signal: AbortSignal): Promise<Answer & Versioned> => {
  const { answer, version } = await callForVersion(path, { signal })
  return { ...(answer as Answer), version }
}

export const budgetQuery = (seriesId: number) =>
  queryOptions({
    queryKey: ['series', seriesId, 'budget'],
    queryFn: ({ signal }) => ofSeries<Budget>(`/admin/v1/series/${seriesId}/budget`, signal),
  })

export const burnDownQuery = (seriesId: number, days: number) =>
  queryOptions({
    queryKey: ['series', seriesId, 'budget', 'days', days],
    queryFn: ({ signal }) =>
      call<BurnDown>(`/admin/v1/series/${seriesId}/budget/days`, { query: { days }, signal }),
  })

export const itemRulesQuery = (seriesId: number) =>
  queryOptions({
    queryKey: ['series', seriesId, 'item-rules'],
    queryFn: ({ signal }) => ofSeries<ItemRules>(`/admin/v1/series/${seriesId}/item-rules`, signal),
  })

/** What went back of a redemption, and what is left of it. */
export const returnsQuery = (customerId: number, redemptionId: number) =>
  queryOptions({
    queryKey: ['customer', customerId, 'returns', redemptionId],
    staleTime: 0,
    queryFn: ({ signal }) => call<Returns>(`/till/v1/redemptions/${redemptionId}/returns`, { signal }),
  })

export interface HoldFilter {
  readonly status?: string
  readonly reference?: string
  readonly customer?: number
  readonly coupon?: number
  readonly series?: number
}

/** What is held may end at any moment. */
export const holdPaceMs = 10_000

export const holdsQuery = (filter: HoldFilter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['holds', filter, limit],
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) =>
      call<HoldPage>('/admin/v1/holds', { query: { ...filter, limit, cursor: pageParam }, signal }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
