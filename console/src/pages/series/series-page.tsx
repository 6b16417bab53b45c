import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { Link, useParams } from 'wouter'
import { seriesQuery } from '../../api/queries.ts'
import { codeFormQuery } from '../../api/series-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Series } from '../../api/types.ts'
import { count, limitText, plural, useFormats } from '../../parts/format.ts'
import { Empty, Failed, Loading, PageHead, Panel } from '../../parts/states.tsx'
import { useStores } from '../../parts/store-select.tsx'
import { kindNames } from '../../parts/words.ts'
import { firstDayOf } from './series-values.ts'
import { SeriesFiguresPanels } from './series-figures.tsx'
import { sampleOf } from './code-sample.ts'
import { Codes } from './code-batches.tsx'
import { Uploads } from './uploads.tsx'
import {
  billWords,
  expiryWords,
  placeWords,
  rateOf,
  SeriesState,
  usesWords,
  windowWords,
} from './series-terms.tsx'

const Voucher = lazy(() => import('./voucher.tsx'))
const refreshMs = 5_000

/** A series: what became of it, its terms and its codes. */
export default function SeriesPage() {
  const id = Number(useParams<{ id: string }>().id)
  const series = useQuery({ ...seriesQuery(id), refetchInterval: refreshMs })
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
  // Nothing has happened yet: what comes next are codes.
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
            <Button
              variant="default"
              component={Link}
              href={`/series/${id}/edit`}
              leftSection={<Pencil size={14} />}
            >
              Edit
            </Button>
          )
        }
      />
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
          <SeriesFiguresPanels series={series} />
          {!isFresh && codes}
        </div>
        <div>
          <Suspense fallback={<Loading rows={6} />}>
            <Voucher
              series={{ ...series, code: series.genericCode ?? (form ? sampleOf(form) : '') }}
              isSample={series.genericCode === undefined}
            />
          </Suspense>
          <Terms series={series} />
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

function Terms({ series }: { series: Series }) {
  const formats = useFormats()
  const stores = useStores()
  const first = firstDayOf(series)
  const lastUsed = series.latestRedemptionTime
  return (
    <Panel title="Terms">
      <div className="panel-body">
        <dl className="facts narrow-facts">
          <dt>Ends</dt>
          <dd>
            {formats.time(series.validTillDateTime)}{' '}
            <span className="second">{formats.expiry(series.validTillDateTime).words}</span>
          </dd>
          {first && (
            <>
              <dt>Redeemable from</dt>
              <dd>{formats.day(first)}</dd>
            </>
          )}
          {series.redemptionValidAfterDays > 0 && (
            <>
              <dt>Works after</dt>
              <dd>{plural(series.redemptionValidAfterDays, 'day')} from issue</dd>
            </>
          )}
          <dt>A coupon ends</dt>
          <dd>{expiryWords(series)}</dd>
          <dt>A coupon works</dt>
          <dd>{usesWords(series)}</dd>
          <dt>Uses per customer</dt>
          <dd>{limitText(series.maxRedemptionsInSeriesPerUser)}</dd>
          <dt>Coupons per customer</dt>
          <dd>
            {series.isMultipleVouchersPerUserAllowed ? limitText(series.maxVouchersPerUser) : 'One at a time'}
          </dd>
          {series.minDaysBetweenRedemption > 0 && (
            <>
              <dt>Between two uses</dt>
              <dd>{plural(series.minDaysBetweenRedemption, 'day')}</dd>
            </>
          )}
          <dt>Who may redeem</dt>
          <dd>{series.anyUser ? 'Anybody who has the code' : 'The holder'}</dd>
          <dt>Stores</dt>
          <dd>{placeWords(series, stores)}</dd>
          <dt>Bill</dt>
          <dd>{billWords(series, formats)}</dd>
          <dt>Days and hours</dt>
          <dd>{windowWords(series)}</dd>
          <dt>Discount code</dt>
          <dd>{series.discountCode === 'NO_VALUE' ? 'None' : series.discountCode}</dd>
          <dt>Last redemption</dt>
          <dd>{lastUsed === 0 ? 'None yet' : formats.time(new Date(lastUsed).toISOString())}</dd>
          <dt>Created</dt>
          <dd>{formats.time(series.createdOn)}</dd>
        </dl>
      </div>
    </Panel>
  )
}
