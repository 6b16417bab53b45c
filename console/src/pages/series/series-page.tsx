import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Copy, Pencil } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { Link, useParams } from 'wouter'
import { seriesPace, seriesQuery } from '../../api/queries.ts'
import { codeFormQuery } from '../../api/series-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Series } from '../../api/types.ts'
import { count, useFormats } from '../../parts/format.ts'
import { HistoryPanel } from '../history/history-panel.tsx'
import { Empty, Failed, Loading, PageHead } from '../../parts/states.tsx'
import { kindNames } from '../../parts/words.ts'
import { HaltBanner, HaltButton, useHalts } from './halt.tsx'
import { BudgetPanel } from './budget-panel.tsx'
import { ItemRulesPanel } from './item-rules-panel.tsx'
import { SeriesFiguresPanels } from './series-figures.tsx'
import { sampleOf } from './code-sample.ts'
import { Codes } from './code-batches.tsx'
import { Uploads } from './uploads.tsx'
import { rateOf, SeriesState } from './series-terms.tsx'
import { TermsPanel } from './terms-panel.tsx'

const Voucher = lazy(() => import('./voucher.tsx'))

/** A series: its figures, terms and codes. */
export default function SeriesPage() {
  const id = Number(useParams<{ id: string }>().id)
  const series = useQuery({ ...seriesQuery(id), refetchInterval: seriesPace.refetchInterval })
  if (!Number.isSafeInteger(id) || id <= 0 || series.data === null)
    return <Empty title="There is no such series">Choose one from the list.</Empty>
  if (series.isPending) return <Loading rows={6} />
  if (series.isError && series.data === undefined)
    return <Failed error={series.error} retry={() => void series.refetch()} />
  return series.data ? <Shown series={series.data} /> : null
}

function Shown({ series }: { series: Series }) {
  const may = useMay()
  const formats = useFormats()
  const { id, description, seriesCode, clientHandlingType } = series
  const form = useQuery(codeFormQuery(id)).data
  const halts = useHalts(series)
  // Nothing has been issued yet: codes are the next step.
  const isFresh = series.numIssued === 0
  const codes = (
    <>
      {clientHandlingType !== 'GENERIC' && <Codes series={series} />}
      {may('upload') && <Uploads series={series} />}
    </>
  )
  return (
    <div className="page">
      <PageHead
        title={description}
        lead={
          <>
            <span className="code">{seriesCode}</span> · {formats.discount(series)} ·{' '}
            {kindNames[clientHandlingType] ?? clientHandlingType}
          </>
        }
        aside={
          may('campaign', 'write') && (
            <>
              <HaltButton series={series} open={() => halts.open('halt')} />
              <Button
                variant="default"
                component={Link}
                href={`/series/new?like=${id}`}
                leftSection={<Copy size={14} />}
              >
                Make another
              </Button>
              <Button
                variant="default"
                component={Link}
                href={`/series/${id}/edit`}
                leftSection={<Pencil size={14} />}
              >
                Edit
              </Button>
            </>
          )
        }
      />
      <HaltBanner series={series} resume={() => halts.open('resume')} />
      {halts.dialog}
      <section className="panel">
        <dl className="figures">
          <div>
            <dt>State</dt>
            <dd className="state-figure">
              <SeriesState series={series} />
            </dd>
          </div>
          <Figure name="Issued" value={series.numIssued} limit={series.maxCreate} />
          <Figure name="Redeemed" value={series.numRedeemed} limit={series.maxRedeem} />
          <div>
            <dt>Redeemed of issued</dt>
            <dd>{rateOf(series)}</dd>
          </div>
          {clientHandlingType === 'DISC_CODE_PIN' && (
            <div>
              <dt>Codes waiting</dt>
              <dd>{count(series.numUploadedNonIssued)}</dd>
            </div>
          )}
          <div>
            <dt>{Date.parse(series.validTillDateTime) < Date.now() ? 'Ended' : 'Ends'}</dt>
            <dd title={formats.time(series.validTillDateTime)}>
              {formats.expiry(series.validTillDateTime).words}
            </dd>
          </div>
        </dl>
      </section>
      <div className="columns">
        <div>
          {isFresh && codes}
          <BudgetPanel series={series} />
          <SeriesFiguresPanels series={series} />
          {!isFresh && codes}
          {may('client') && <HistoryPanel subject={{ kind: 'series', id }} />}
        </div>
        <div>
          <Suspense fallback={<Loading rows={6} />}>
            <Voucher
              series={{ ...series, code: series.genericCode ?? (form ? sampleOf(form) : '') }}
              isSample={series.genericCode === undefined}
            />
          </Suspense>
          <TermsPanel series={series} />
          <ItemRulesPanel series={series} />
        </div>
      </div>
    </div>
  )
}

function Figure({ name, value, limit }: { name: string; value: number; limit: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {count(value)}{' '}
        <small>
          {limit === -1 ? 'no limit' : `of ${count(limit)}, ${count(Math.max(0, limit - value))} left`}
        </small>
      </dd>
    </div>
  )
}
