import type { Series } from '../../api/types.ts'
import { limitText, plural, useFormats } from '../../parts/format.ts'
import { Panel } from '../../parts/states.tsx'
import { useStores } from '../../parts/store-select.tsx'
import { fieldsOf } from './series-fields.ts'
import { summaryOf } from './series-summary.ts'
import { otherPlacesOf } from './series-values.ts'
import { billWords, expiryWords, placeWords, usesWords, windowWords } from './series-terms.tsx'

/** The terms of a series, each in a few words. */
export function TermsPanel({ series }: { series: Series }) {
  const formats = useFormats()
  const stores = useStores()
  const { issueFrom, redeemableFrom, endsAt } = series
  const lastUsed = series.latestRedemptionTime
  return (
    <Panel title="Terms">
      <div className="panel-body">
        <p className="summary">
          {summaryOf(fieldsOf(series, formats), formats, otherPlacesOf(series).length)}
        </p>
        <dl className="facts narrow-facts">
          <dt>Ends</dt>
          <dd>
            {formats.time(endsAt)} <span className="second">{formats.expiry(endsAt).words}</span>
          </dd>
          {issueFrom && (
            <>
              <dt>Issued from</dt>
              <dd>{formats.time(issueFrom)}</dd>
            </>
          )}
          {redeemableFrom && (
            <>
              <dt>Redeemable from</dt>
              <dd>{formats.time(redeemableFrom)}</dd>
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
          <dt>Tags</dt>
          <dd>{series.tags.join(', ') || 'None'}</dd>
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
