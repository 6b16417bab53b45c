import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { moneyFiguresQuery } from '../api/series-queries.ts'
import type { MoneyFigures } from '../api/types.ts'
import { CsvButton } from './csv-button.tsx'
import { plural, useFormats } from './format.ts'
import { Failed, Loading, Panel } from './states.tsx'

const refreshMs = 60_000

interface MoneyPanelProps {
  /** Undefined: all series together. */
  readonly seriesId?: number
  readonly days: number
  /** Of the file. */
  readonly name: string
}

/** What coupons took off the bills of the last days. */
export function MoneyPanel({ seriesId, days, name }: MoneyPanelProps) {
  const figures = useQuery({
    ...moneyFiguresQuery(seriesId, days),
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
  })
  if (figures.isError) return <Failed error={figures.error} retry={() => void figures.refetch()} />
  if (figures.isPending)
    return (
      <Panel title={`Discounts and bills, last ${days} days`}>
        <Loading rows={3} />
      </Panel>
    )
  return (
    <Panel
      title={`Discounts and bills, last ${figures.data.days.length} days`}
      aside={
        <CsvButton
          name={name}
          title="Discounts and bills by day as a file"
          rows={() => rowsOf(figures.data)}
        />
      }
    >
      <Figures figures={figures.data} />
    </Panel>
  )
}

const rowsOf = ({ days, currency }: MoneyFigures) => [
  ['day', 'discountGiven', 'discountReturned', 'discountReversed', 'billValue', 'currency'],
  ...days.map((one) => [
    one.day,
    one.discountGiven,
    one.discountReturned,
    one.discountReversed,
    one.billValue,
    currency ?? '',
  ]),
]

function Figures({ figures }: { figures: MoneyFigures }) {
  const formats = useFormats()
  const money = (amount: string | null): string => (amount === null ? '–' : formats.money(Number(amount)))
  const { discountGiven, discountReturned, discountReversed, bills, billValue, averageBill, otherBills } =
    figures
  return (
    <dl className="figures">
      <div>
        <dt>Discounts given</dt>
        <dd>{money(discountGiven)}</dd>
        <dd className="figure-note">
          Returned {money(discountReturned)}, reversed {money(discountReversed)}
        </dd>
      </div>
      <div>
        <dt>Bills with a coupon</dt>
        <dd>{money(billValue)}</dd>
        <dd className="figure-note">{plural(bills, 'bill')} before discounts</dd>
      </div>
      <div>
        <dt>Average bill</dt>
        <dd>{money(averageBill)}</dd>
        <dd className="figure-note">
          {otherBills === null
            ? 'Bills without a coupon are not known here'
            : `${money(otherBills.averageBill)} with coupons of other series only (${plural(otherBills.bills, 'bill')})`}
        </dd>
      </div>
    </dl>
  )
}
