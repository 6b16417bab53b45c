import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { overviewQuery } from '../../api/series-queries.ts'
import type { DayFigures, Overview as Shape } from '../../api/types.ts'
import { DayFiguresPanel } from '../../parts/day-figures.tsx'
import { count, useFormats } from '../../parts/format.ts'
import { MoneyPanel } from '../../parts/money-figures.tsx'
import { RefusalsPanel } from '../../parts/refusals.tsx'
import { Table } from '../../parts/listed.tsx'
import { Empty, Failed, Loading, PageHead, Panel, State } from '../../parts/states.tsx'

const refreshMs = 30_000

/** Today compared with the same day last week, and the series that need attention. */
export default function Overview() {
  const overview = useQuery({ ...overviewQuery, refetchInterval: refreshMs })
  return (
    <div className="page">
      <PageHead title="Overview" lead="Of all series of the organisation." />
      {overview.isPending ? (
        <Loading rows={8} />
      ) : overview.isError ? (
        <Failed error={overview.error} retry={() => void overview.refetch()} />
      ) : (
        <Shown overview={overview.data} />
      )}
    </div>
  )
}

const kinds = [
  ['issued', 'Issued today'],
  ['redeemed', 'Redeemed today'],
  ['reversed', 'Reversed today'],
] as const

function Shown({ overview: { days, refusals, ending, halted, runningOut } }: { overview: Shape }) {
  const formats = useFormats()
  const [today, weekAgo] = [days.at(-1), days.at(-8)]
  const [week, weekBefore] = [days.slice(-7), days.slice(-14, -7)]
  return (
    <>
      <section className="panel">
        <dl className="figures">
          {kinds.map(([kind, name]) => (
            <div key={kind}>
              <dt>{name}</dt>
              <dd>{count(today?.[kind] ?? 0)}</dd>
              <dd className="figure-note">
                {weekAgo && `${count(weekAgo[kind])} on ${weekdayOf(weekAgo)} last week`}
              </dd>
              <dd className="figure-note">
                Last 7 days {count(sumOf(week, kind))}, the 7 before {count(sumOf(weekBefore, kind))}
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <DayFiguresPanel title="Last 14 days" name="overview" figures={days} />
      <MoneyPanel days={days.length} name="overview-discounts" />
      {halted.length > 0 && (
        <Panel title="Paused or stopped">
          <Table label="Paused or stopped" heads={['Series', 'Reason', ['Since', 'right']]}>
            {halted.map(({ id, code, description, as, since, reason }) => (
              <tr key={id}>
                <NameCell id={id} code={code} description={description} />
                <td>
                  <State tone={as === 'stopped' ? 'bad' : 'warn'}>
                    {as === 'stopped' ? 'Stopped' : 'Paused'}
                  </State>
                  <div className="second" dir="auto">
                    {reason}
                  </div>
                </td>
                <td className="right">
                  {formats.expiry(since).words}
                  <div className="second">{formats.time(since)}</div>
                </td>
              </tr>
            ))}
          </Table>
        </Panel>
      )}
      <div className="halves">
        <Panel title="End within 14 days">
          {ending.length === 0 ? (
            <Empty title="None">No series ends in the next 14 days.</Empty>
          ) : (
            <Table label="Ending" heads={['Series', ['Ends', 'right']]}>
              {ending.map(({ id, code, description, validUntil }) => (
                <tr key={id}>
                  <NameCell id={id} code={code} description={description} />
                  <td className="right">
                    {formats.expiry(validUntil).words}
                    <div className="second">{formats.time(validUntil)}</div>
                  </td>
                </tr>
              ))}
            </Table>
          )}
        </Panel>
        <Panel title="Running out">
          {runningOut.length === 0 ? (
            <Empty title="None">Every series has more than a tenth of its limits left.</Empty>
          ) : (
            <Table
              label="Running out"
              heads={['Series', ['Left to issue', 'right'], ['Left to redeem', 'right']]}
            >
              {runningOut.map(({ id, code, description, issued, maxIssued, redeemed, maxRedeemed }) => (
                <tr key={id}>
                  <NameCell id={id} code={code} description={description} />
                  <Left limit={maxIssued} used={issued} />
                  <Left limit={maxRedeemed} used={redeemed} />
                </tr>
              ))}
            </Table>
          )}
        </Panel>
      </div>
      <RefusalsPanel title="Most refused, last 14 days" name="overview-refusals" refusals={refusals} />
    </>
  )
}

type Kind = (typeof kinds)[number][0]

const sumOf = (days: readonly DayFigures[], kind: Kind): number =>
  days.reduce((sum, day) => sum + day[kind], 0)

const weekdays = new Intl.DateTimeFormat('en-GB', { weekday: 'long', timeZone: 'UTC' })
const weekdayOf = ({ day }: DayFigures): string => weekdays.format(new Date(`${day}T00:00:00Z`))

function NameCell({ id, code, description }: Pick<Shape['ending'][number], 'id' | 'code' | 'description'>) {
  return (
    <td>
      <Link className="row-link" href={`/series/${id}`}>
        {description}
      </Link>
      <div className="second">{code}</div>
    </td>
  )
}

function Left({ limit, used }: { limit: number | null; used: number }) {
  return (
    <td className="right">
      {limit === null ? 'No limit' : count(Math.max(0, limit - used))}
      {limit !== null && <div className="second">of {count(limit)}</div>}
    </td>
  )
}
