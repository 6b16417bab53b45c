import type { Series } from './terms.ts'

/** The states of a series, each with the condition for it, in order of precedence. */
export const seriesStates = ['ended', 'stopped', 'paused', 'coming', 'running'] as const
export type SeriesState = (typeof seriesStates)[number]

/** A series whose redemption or issue has begun is no longer coming. */
export function seriesStateOf(
  {
    validUntilS,
    halt,
    redemptionValidFromS,
    issueValidFromS,
  }: Pick<Series, 'validUntilS' | 'halt' | 'redemptionValidFromS' | 'issueValidFromS'>,
  nowS: number,
): SeriesState {
  if (nowS > validUntilS) return 'ended'
  if (halt !== null) return halt.as
  const waits = (fromS: number | null): boolean => fromS !== null && fromS > nowS
  // Coupons may be issued before the first day of redemption.
  return waits(issueValidFromS) || (issueValidFromS === null && waits(redemptionValidFromS))
    ? 'coming'
    : 'running'
}

/** `seriesStateOf` in SQL; `s` is the series. @param now the instant of judgement. */
export const seriesStateSql = (now: string): string => `case
  when s.valid_until < ${now} then 'ended'
  when s.halt is not null then s.halt ->> 'as'
  when s.issue_valid_from > ${now} or (s.issue_valid_from is null and s.redemption_valid_from > ${now}) then 'coming'
  else 'running' end`
