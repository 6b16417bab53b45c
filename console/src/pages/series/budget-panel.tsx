import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Link } from 'wouter'
import { budgetQuery, burnDownQuery } from '../../api/money-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Budget, BurnDown, Series, Versioned } from '../../api/types.ts'
import { CsvButton } from '../../parts/csv-button.tsx'
import { count, plural, useFormats } from '../../parts/format.ts'
import { Table } from '../../parts/listed.tsx'
import { Empty, Failed, Loading, Panel } from '../../parts/states.tsx'
import { BudgetDialog, RemoveBudgetDialog } from './budget-dialog.tsx'

const BurnDownChart = lazy(() => import('./burn-down-chart.tsx'))

const refreshMs = 10_000
const shownDays = 30

/** The budget of a series: what is given, held and left, by day, and when it runs out. */
export function BudgetPanel({ series }: { series: Series }) {
  const may = useMay()
  const [dialog, setDialog] = useState<'set' | 'remove' | null>(null)
  const budget = useQuery({ ...budgetQuery(series.id), refetchInterval: refreshMs })
  if (budget.isPending)
    return (
      <Panel title="Budget">
        <Loading rows={3} />
      </Panel>
    )
  if (budget.isError && budget.data === undefined)
    return <Failed error={budget.error} retry={() => void budget.refetch()} />
  const { data } = budget
  const isSet = data.whenItDoesNotFit !== null
  const close = (): void => setDialog(null)
  return (
    <Panel
      title="Budget"
      aside={
        may('campaign', 'write') && (
          <div className="page-tools">
            {isSet && (
              <Button size="xs" variant="default" onClick={() => setDialog('remove')}>
                Remove…
              </Button>
            )}
            <Button size="xs" variant="default" onClick={() => setDialog('set')}>
              {isSet ? 'Change budget…' : 'Set budget…'}
            </Button>
          </div>
        )
      }
    >
      {isSet ? (
        <Shown series={series} budget={data} />
      ) : (
        <Empty title="No budget">The discounts of this series are not limited.</Empty>
      )}
      {dialog === 'set' && <BudgetDialog seriesId={series.id} budget={data} close={close} />}
      {dialog === 'remove' && <RemoveBudgetDialog seriesId={series.id} budget={data} close={close} />}
    </Panel>
  )
}

function Shown({ series, budget }: { series: Series; budget: Budget & Versioned }) {
  return (
    <>
      <Figures series={series} budget={budget} />
      <Meter budget={budget} />
      {budget.periods.length > 0 && <Periods budget={budget} />}
      <Rules budget={budget} />
      <Days series={series} budget={budget} />
    </>
  )
}

function Figures({ series, budget }: { series: Series; budget: Budget }) {
  const formats = useFormats()
  const money = (amount: string): string => formats.money(Number(amount))
  const { total, given, held, usesHeld, left, ratePerDay, runsOutAt } = budget
  return (
    <dl className="figures">
      <div>
        <dt>Given</dt>
        <dd>{money(given)}</dd>
        <dd className="figure-note">{total === null ? 'No limit in all' : `of ${money(total)}`}</dd>
      </div>
      <div>
        <dt>Held</dt>
        <dd>{money(held)}</dd>
        <dd className="figure-note">
          {usesHeld === 0 ? (
            'By no checkout'
          ) : (
            <Link href={`/holds?series=${series.id}`}>{plural(usesHeld, 'coupon')} at checkouts</Link>
          )}
        </dd>
      </div>
      {left !== null && (
        <div>
          <dt>Left</dt>
          <dd>{money(left)}</dd>
          <dd className="figure-note">
            {Number(left) === 0 ? 'Nothing more is given' : 'Without the amount held'}
          </dd>
        </div>
      )}
      <div>
        <dt>Runs out</dt>
        <dd title={runsOutAt === null ? undefined : formats.time(runsOutAt)}>
          {runsOutAt === null
            ? left !== null && Number(left) === 0
              ? 'Now'
              : '–'
            : formats.expiry(runsOutAt).words}
        </dd>
        <dd className="figure-note">At {money(ratePerDay)} a day, as in the last 7 days</dd>
      </div>
    </dl>
  )
}

/** How much of the total is given and held, with the shares that are announced. */
function Meter({ budget: { total, given, held, alertAtPercent } }: { budget: Budget }) {
  if (total === null) return null
  const percentOf = (amount: string): number => Math.min(100, (Number(amount) / Number(total)) * 100)
  const [ofGiven, ofHeld] = [percentOf(given), percentOf(held)]
  return (
    <div
      className="meter"
      role="img"
      aria-label={`${count(Math.floor(ofGiven))} % of the budget is given, ${count(Math.floor(ofHeld))} % is held`}
    >
      <span className="meter-given" style={{ width: `${ofGiven}%` }} />
      <span
        className="meter-held"
        style={{ left: `${ofGiven}%`, width: `${Math.min(ofHeld, 100 - ofGiven)}%` }}
      />
      {alertAtPercent.map((percent) => (
        <span key={percent} className="meter-mark" style={{ left: `${percent}%` }} />
      ))}
    </div>
  )
}

const periodHeads = [
  'Period',
  ['Given', 'right'],
  ['Left', 'right'],
  ['Uses', 'right'],
  ['Of a customer', 'right'],
] as const

function Periods({ budget: { periods } }: { budget: Budget }) {
  const formats = useFormats()
  const money = (amount: string): string => formats.money(Number(amount))
  return (
    <Table label="Limits by period" heads={periodHeads}>
      {periods.map((one) => (
        <tr key={one.per}>
          <td className="unbroken">
            This {one.per}
            <div className="second">from {formats.day(`${one.startsOn}T12:00:00Z`)}</div>
          </td>
          <td className="right">
            {money(one.given)}
            {one.amount !== null && <div className="second">of {money(one.amount)}</div>}
          </td>
          <td className="right">{one.left === null ? '–' : money(one.left)}</td>
          <td className="right">
            {count(one.used)}
            {one.uses !== null && <div className="second">of {count(one.uses)}</div>}
          </td>
          <td className="right">{one.usesPerCustomer === null ? '–' : plural(one.usesPerCustomer, 'use')}</td>
        </tr>
      ))}
    </Table>
  )
}

function Rules({ budget }: { budget: Budget }) {
  const formats = useFormats()
  const { perCustomer, whenItDoesNotFit, alertAtPercent, reached } = budget
  return (
    <div className="panel-body">
      <dl className="facts">
        {perCustomer !== null && (
          <>
            <dt>Each customer</dt>
            <dd>At most {formats.money(Number(perCustomer))}</dd>
          </>
        )}
        <dt>Discounts that do not fit</dt>
        <dd>{whenItDoesNotFit === 'part' ? 'Lowered to the amount left' : 'Refused'}</dd>
        <dt>Announced at</dt>
        <dd>{alertAtPercent.length === 0 ? 'No share' : `${alertAtPercent.join(', ')} %`}</dd>
        {reached.length > 0 && (
          <>
            <dt>Reached</dt>
            <dd>
              {reached.map(({ per, limitOf, percent, reachedAt }) => (
                <div key={`${per} ${limitOf} ${percent}`}>
                  {percent} % of {per === 'total' ? 'the total' : `this ${per}’s ${limitOf}`}{' '}
                  <span className="second">{formats.time(reachedAt)}</span>
                </div>
              ))}
            </dd>
          </>
        )}
      </dl>
    </div>
  )
}

function Days({ series, budget }: { series: Series; budget: Budget }) {
  const [isTable, setIsTable] = useState(false)
  const burnDown = useQuery({ ...burnDownQuery(series.id, shownDays), refetchInterval: 6 * refreshMs })
  if (burnDown.isPending) return <Loading rows={5} />
  if (burnDown.isError) return <Failed error={burnDown.error} retry={() => void burnDown.refetch()} />
  const title = burnDown.data.total === null ? 'Given by day' : 'Left by day'
  return (
    <>
      <div className="panel-head">
        <h3>{title}</h3>
        <div className="page-tools">
          <Button size="xs" variant="default" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
            {isTable ? 'Budget as chart' : 'Budget as table'}
          </Button>
          <CsvButton
            name={`${series.seriesCode}-budget`}
            title="The budget by day as a file"
            rows={() => rowsOf(burnDown.data)}
          />
        </div>
      </div>
      {isTable ? (
        <DaysTable title={title} burnDown={burnDown.data} />
      ) : (
        <Suspense fallback={<Loading rows={5} />}>
          <BurnDownChart
            burnDown={burnDown.data}
            budget={budget}
            label={`${title}, last ${shownDays} days. The button Budget as table shows the numbers.`}
          />
        </Suspense>
      )}
    </>
  )
}

const rowsOf = ({ days, currency }: BurnDown) => [
  ['day', 'given', 'givenBack', 'takenInAll', 'left', 'currency'],
  ...days.map((one) => [one.day, one.given, one.givenBack, one.takenInAll, one.left ?? '', currency ?? '']),
]

function DaysTable({ title, burnDown: { days } }: { title: string; burnDown: BurnDown }) {
  const formats = useFormats()
  const money = (amount: string | null): string => (amount === null ? '–' : formats.money(Number(amount)))
  return (
    <Table
      label={title}
      heads={['Day', ['Given', 'right'], ['Given back', 'right'], ['In all', 'right'], ['Left', 'right']]}
    >
      {days.toReversed().map((one) => (
        <tr key={one.day}>
          <td>{one.day}</td>
          <td className="right">{money(one.given)}</td>
          <td className="right">{money(one.givenBack)}</td>
          <td className="right">{money(one.takenInAll)}</td>
          <td className="right">{money(one.left)}</td>
        </tr>
      ))}
    </Table>
  )
}
