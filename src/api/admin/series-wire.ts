import { Type, type Static } from 'typebox'
import { instant } from '../../http/answer-fields.ts'
import { seriesStateOf } from '../../ledger/series/series-state-rules.ts'
import type { Series } from '../../ledger/series/terms.ts'
import { formatInstant } from '../../values/calendar.ts'
import { seriesAnswer, seriesToWire } from '../v2/series-wire.ts'
import { nullable, versionField } from './fields.ts'

export const seriesState = Type.Union(
  [
    Type.Literal('ended'),
    Type.Literal('stopped'),
    Type.Literal('paused'),
    Type.Literal('coming'),
    Type.Literal('running'),
  ],
  { description: 'coming: neither issued nor redeemed yet.' },
)

const own = {
  version: versionField,
  state: seriesState,
  halt: nullable(
    Type.Object(
      {
        as: Type.Union([Type.Literal('paused'), Type.Literal('stopped')]),
        since: instant('When it was halted.'),
        reason: Type.String(),
        by: nullable(Type.String({ description: 'The name of the person; null: unknown.' })),
      },
      { description: 'Present while the series is halted, even after its end.' },
    ),
  ),
  tags: Type.Array(Type.String(), { description: 'The parts of the contract’s tag, separated by commas.' }),
  issueFrom: nullable(instant('No coupon is issued before this instant. Null: no restriction.')),
  redeemableFrom: nullable(instant('No coupon is redeemed before this instant. Null: no restriction.')),
  endsAt: instant('The last instant.'),
}

/** A series as the contract prints it, with the members that the contract does not have. */
export const ownSeriesSchema = Type.Object({ ...seriesAnswer.properties, ...own })

export function ownSeriesToWire(
  series: Series,
  timeZone: string,
  nowS: number,
): Static<typeof ownSeriesSchema> {
  const { halt, tag, description, issueValidFromS, redemptionValidFromS, validUntilS } = series
  const shown = (atS: number): string => formatInstant(timeZone, atS)
  const shownIf = (atS: number | null): string | null => (atS === null ? null : shown(atS))
  return {
    ...seriesToWire(series, timeZone, series.maxIssued ?? -1),
    version: series.version,
    state: seriesStateOf(series, nowS),
    halt: halt && { as: halt.as, since: shown(halt.atS), reason: halt.reason, by: halt.by },
    tags: tag === description ? [] : tag.split(',').flatMap((one) => one.trim() || []),
    issueFrom: shownIf(issueValidFromS),
    redeemableFrom: shownIf(redemptionValidFromS),
    endsAt: shown(validUntilS),
  }
}
