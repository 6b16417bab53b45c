import { queryOptions } from '@tanstack/react-query'
import { readCsvFrom } from '../parts/csv.ts'
import { call, callForVersion, send } from './call.ts'
import type {
  CodeBatch,
  CodeForm,
  DaysOfSeries,
  MoneyFigures,
  Overview,
  SeriesFigures,
  Upload,
  Versioned,
} from './types.ts'

/** Queries of the series pages, each under a key that a change of the series invalidates. */

export const batchesQuery = (seriesId: number) =>
  queryOptions({
    queryKey: ['series', seriesId, 'batches'],
    queryFn: ({ signal }) =>
      call<{ batches: CodeBatch[] }>(`/admin/v1/series/${seriesId}/codes`, { signal }).then(
        ({ batches }) => batches,
      ),
  })

export const uploadsQuery = (seriesId: number) =>
  queryOptions({
    queryKey: ['series', seriesId, 'uploads'],
    queryFn: ({ signal }) =>
      call<{ result: { uploadJobStatuses: Upload[] } }>(`/coupon/api/v1/upload/getUploadStatus/${seriesId}`, {
        signal,
      }).then(({ result }) => result.uploadJobStatuses),
  })

/** The first refused rows of an upload, preceded by the column names. */
export const refusedRowsQuery = (path: string) =>
  queryOptions({
    queryKey: ['refused', path],
    staleTime: Infinity,
    queryFn: async ({ signal }) => readCsvFrom((await send(path, { signal })).body, 201),
  })

export const codeFormQuery = (seriesId: number) =>
  queryOptions({
    queryKey: ['series', seriesId, 'code-form'],
    queryFn: async ({ signal }): Promise<CodeForm & Versioned> => {
      const path = `/admin/v1/series/${seriesId}/code-form`
      const { answer, version } = await callForVersion(path, { signal })
      return { ...(answer as CodeForm), version }
    },
  })

export const overviewQuery = queryOptions({
  queryKey: ['series', 'overview'],
  queryFn: ({ signal }) =>
    call<Overview>('/admin/v1/figures/overview', { query: { days: 14, endingWithinDays: 14 }, signal }),
})

/** The last days of several series whose rows are visible together. */
export const daysOfSeriesQuery = (ids: readonly number[]) =>
  queryOptions({
    queryKey: ['series', 'days', ids],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      call<{ series: DaysOfSeries[] }>('/admin/v1/figures/series', {
        query: { ids: ids.join(','), days: 14 },
        signal,
      }).then(({ series }) => series),
  })

export const seriesFiguresQuery = (id: number, days: number) =>
  queryOptions({
    queryKey: ['series', id, 'figures', days],
    queryFn: ({ signal }) =>
      call<SeriesFigures>(`/admin/v1/series/${id}/figures`, { query: { days }, signal }),
  })

export const moneyFiguresQuery = (seriesId: number | undefined, days: number) =>
  queryOptions({
    queryKey: ['series', seriesId ?? 'all', 'money', days],
    queryFn: ({ signal }) =>
      call<MoneyFigures>('/admin/v1/figures/money', { query: { series: seriesId, days }, signal }),
  })
