import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query'
import { call, Refused, type Query } from './call.ts'
import { pace } from './pace.ts'
import type {
  Billed,
  Coupon,
  CustomerDetails,
  Explanation,
  Found,
  FoundCustomer,
  FoundSeries,
  History,
  Place,
  Places,
  Reach,
  Series,
  SeriesTag,
  Session,
} from './types.ts'

/** Queries of the server, each under the key that a change invalidates. */

export const pageSize = 100

interface Signal {
  readonly signal: AbortSignal
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Infinity,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await call<Session>('/admin/v1/session', { signal })
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return null
      throw error
    }
  },
})

/** Whether the organisation has a store and a series. */
export const isSetUpQuery = queryOptions({
  queryKey: ['first-steps'],
  queryFn: async ({ signal }): Promise<boolean> => {
    const query = { limit: 1 }
    const [{ stores }, { total }] = await Promise.all([
      call<{ stores: readonly unknown[] }>('/admin/v1/stores', { query, signal }),
      call<Pick<FoundSeries, 'total'>>('/admin/v1/series', { query, signal }),
    ])
    return stores.length > 0 && total > 0
  },
})

/** After a change of the signed-in person, discards the data of the previous one. */
export function changeSession(queries: QueryClient, session: Session | null): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
  queries.setQueryData(sessionQuery.queryKey, session)
}

export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ['search', text],
    enabled: text !== '',
    staleTime: 5_000,
    queryFn: ({ signal }) => call<Found>('/admin/v1/search', { query: { q: text }, signal }),
  })

/** Searches the bills of weeks, so only when a person asks for it. */
export const billQuery = (number: string) =>
  queryOptions({
    queryKey: ['bill', number],
    enabled: number !== '',
    staleTime: 5_000,
    refetchOnWindowFocus: false,
    queryFn: ({ signal }) => call<Billed>('/admin/v1/bills', { query: { number }, signal }),
  })

export const customerQuery = (id: number) =>
  queryOptions({
    queryKey: ['customer', id],
    queryFn: ({ signal }) =>
      call<CustomerDetails>(`/v2/customers/${id}`, { query: { source: 'ALL' }, signal }),
  })

/** The customer as returned by a search: only a search reports whether it is blocked. */
export const customerStateQuery = (id: number) =>
  queryOptions({
    queryKey: ['customer', id, 'state'],
    queryFn: async ({ signal }): Promise<FoundCustomer | null> => {
      const { customers } = await call<Found>('/admin/v1/search', { query: { q: id }, signal })
      return customers.find((one) => one.id === id) ?? null
    },
  })

export interface HistoryFilter {
  readonly status: string | undefined
  /** Number of the bill that the coupon was issued with. */
  readonly bill?: string | undefined
  readonly order: 'ASC' | 'DESC'
}

/** A refusal by the code of our own if the contract has none for the rule: there are words for it. */
const withOwnCode = <Refusal extends { code: number; ownCode?: number }>(refusal: Refusal): Refusal => ({
  ...refusal,
  code: refusal.ownCode ?? refusal.code,
})

async function history(id: number, query: Query, signal: AbortSignal): Promise<History> {
  const include = 'redemptionStatus,reversedTransactionNumber,discount'
  const answer = await call<History>('/v2/customers/coupons', {
    query: { id, ...query, include, coupon_code_case: 'AS_IT_IS' },
    signal,
  })
  const customers = answer.entity.customers.map((customer) => ({
    ...customer,
    coupons: customer.coupons.map((coupon) => ({
      ...coupon,
      ...(coupon.redemptionStatus && { redemptionStatus: withOwnCode(coupon.redemptionStatus) }),
    })),
  }))
  return { ...answer, entity: { ...answer.entity, customers } }
}

export const historyQuery = (id: number, { status, bill, order }: HistoryFilter, page: number) =>
  queryOptions({
    queryKey: ['customer', id, 'coupons', status ?? '', bill ?? '', order, page],
    staleTime: 15_000,
    queryFn: ({ signal }) =>
      history(
        id,
        {
          status,
          transaction_numbers: bill,
          sort_order: order,
          limit: pageSize,
          offset: page * pageSize,
        },
        signal,
      ),
  })

export const timelineQuery = (id: number, { status, bill }: Omit<HistoryFilter, 'order'>) =>
  infiniteQueryOptions({
    queryKey: ['customer', id, 'coupons', 'timeline', status ?? '', bill ?? ''],
    initialPageParam: 0,
    queryFn: ({ signal, pageParam }) =>
      history(id, { status, transaction_numbers: bill, limit: pageSize, offset: pageParam }, signal),
    getNextPageParam: (last) => {
      const next = Number(last.entity.pagination.offset) + pageSize
      return next < last.entity.pagination.total ? next : undefined
    },
  })

/** A coupon from its holder's history, including revoked ones; null: the customer does not hold it. */
export const heldCouponQuery = (id: number, code: string) =>
  queryOptions({
    queryKey: ['customer', id, 'coupons', 'one', code.toUpperCase()],
    enabled: code !== '' && id > 0,
    queryFn: async ({ signal }): Promise<Coupon | null> => {
      const { entity } = await history(id, { coupon_codes: code, limit: 1 }, signal)
      return entity.customers[0]?.coupons[0] ?? null
    },
  })

export interface ExplainOptions {
  readonly customerId?: number | undefined
  readonly storeId?: number | undefined
  readonly billAmount?: string | undefined
  readonly transactionNumber?: string | undefined
  readonly at?: string | undefined
}

export const explainQuery = (code: string, options: ExplainOptions) =>
  queryOptions({
    queryKey: ['coupon', code.toUpperCase(), 'explain', options],
    enabled: code !== '',
    queryFn: async ({ signal }): Promise<Explanation> => {
      const path = `/admin/v1/coupons/${encodeURIComponent(code)}/explain`
      const explanation = await call<Explanation>(path, { query: { ...options }, signal })
      const { refusal } = explanation
      return { ...explanation, refusal: refusal && withOwnCode(refusal) }
    },
  })

export interface CouponFacts {
  readonly data: readonly {
    readonly code: string
    readonly seriesId: number
    readonly description: string
    readonly validTillDateTime: string
    readonly discountType: string
    readonly discountValue: number
    readonly discountUpto: number
    readonly couponSeries?: { readonly smsTemplate: string; readonly validTillDateTime: string }
  }[]
  readonly errors: readonly { readonly code: number; readonly message: string }[]
}

export const couponQuery = (code: string) =>
  queryOptions({
    queryKey: ['coupon', code.toUpperCase(), 'facts'],
    enabled: code !== '',
    queryFn: ({ signal }) =>
      call<CouponFacts>('/v2/coupon', {
        query: { couponCodes: code, showCouponSeries: true, coupon_code_case: 'AS_IT_IS' },
        signal,
      }),
  })

/** All places of a type: there are hundreds, not millions. */
export const placesQuery = (type: 'STORE' | 'TILL' | 'ZONE' | 'CONCEPT') =>
  queryOptions({
    queryKey: ['places', type],
    staleTime: 60_000,
    queryFn: async ({ signal }): Promise<readonly Place[]> => {
      const places: Place[] = []
      for (;;) {
        const query = { type, limit: 100, offset: places.length }
        const { data, pagination } = await call<Places>('/v2/locations', { query, signal })
        places.push(...data)
        if (data.length === 0 || places.length >= pagination.total) return places
      }
    },
  })

/** How often the counters are re-read. */
export const listPace = pace(10_000)
export const seriesPace = pace(5_000)

export interface SeriesFilter {
  readonly q?: string
  readonly state?: string
  readonly tag?: string
  readonly sort?: string
}

export const seriesPageSize = 100

/** A page of the series that a filter finds. */
export const seriesSearchQuery = (filter: SeriesFilter, page = 0) =>
  queryOptions({
    queryKey: ['series', 'search', filter, page],
    staleTime: 5_000,
    queryFn: listPace.timed(({ signal }: Signal) =>
      call<FoundSeries>('/admin/v1/series', {
        query: { ...filter, limit: seriesPageSize, offset: page * seriesPageSize },
        signal,
      }),
    ),
  })

export const seriesTagsQuery = queryOptions({
  queryKey: ['series', 'tags'],
  staleTime: 60_000,
  queryFn: ({ signal }) =>
    call<{ tags: SeriesTag[] }>('/admin/v1/series-tags', { signal }).then(({ tags }) => tags),
})

export const seriesQuery = (id: number) =>
  queryOptions({
    queryKey: ['series', id],
    enabled: id > 0,
    queryFn: seriesPace.timed(async ({ signal }: Signal): Promise<Series | null> => {
      try {
        return await call<Series>(`/admin/v1/series/${id}`, { signal })
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return null
        throw error
      }
    }),
  })

/** Whom a halt concerns; it is asked before one. */
export const reachQuery = (id: number) =>
  queryOptions({
    queryKey: ['series', id, 'reach'],
    staleTime: 0,
    queryFn: ({ signal }) => call<Reach>(`/admin/v1/series/${id}/reach`, { signal }),
  })
