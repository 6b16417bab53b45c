import { Button, CopyButton, Drawer, Group, Stack } from '@mantine/core'
import { Link } from 'wouter'
import { useMay } from '../../api/session.tsx'
import type { Coupon } from '../../api/types.ts'
import { useFormats } from '../../parts/format.ts'
import { longRefusal } from '../../parts/words.ts'
import { Effect } from '../../parts/action-form.tsx'
import type { CareActions } from './care-actions.tsx'
import { isRevoked, usesOf } from './coupon-state.tsx'

interface CouponDrawerProps {
  readonly coupon: Coupon
  readonly customerId: number
  readonly actions: CareActions
  readonly close: () => void
}

/** A coupon of a customer: what it is worth, where it was used, and what can be done. */
export function CouponDrawer({ coupon, customerId, actions, close }: CouponDrawerProps) {
  const formats = useFormats()
  const may = useMay()
  const expiry = formats.expiry(coupon.validTillDateTime)
  const verdict = coupon.redemptionStatus
  const mayChange = may('coupon', 'write') && !isRevoked(coupon)
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={460}
      title={<span className="code drawer-code">{coupon.code}</span>}
      transitionProps={{ duration: 120 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        {verdict && (
          <Effect tone={verdict.status ? 'good' : undefined}>
            {verdict.status ? 'Works now.' : longRefusal(verdict.code, verdict.message)}{' '}
            <Link href={`/check?code=${encodeURIComponent(coupon.code)}&customer=${customerId}`}>
              {verdict.status ? 'Check a store and bill' : 'Why?'}
            </Link>
          </Effect>
        )}
        {mayChange && (
          <Group gap="xs">
            <Button
              onClick={() => actions.open({ kind: 'redeem', coupon })}
              variant={verdict?.status ? 'filled' : 'default'}
              data-autofocus
            >
              Redeem
            </Button>
            <Button variant="default" onClick={() => actions.open({ kind: 'extend', coupon })}>
              Extend
            </Button>
            <Button variant="default" onClick={() => actions.open({ kind: 'tell', coupon })}>
              Give again
            </Button>
            {coupon.redemptionCount === 0 && (
              <Button variant="default" onClick={() => actions.open({ kind: 'revoke', coupon })}>
                Revoke
              </Button>
            )}
          </Group>
        )}
        <dl className="facts">
          <dt>Series</dt>
          <dd>
            {may('campaign') ? (
              <Link href={`/series/${coupon.seriesId}`}>{coupon.description}</Link>
            ) : (
              coupon.description
            )}
          </dd>
          <dt>Discount</dt>
          <dd>{formats.discount(coupon)}</dd>
          <dt>{expiry.isPast ? 'Ended' : 'Ends'}</dt>
          <dd>
            {expiry.words} <span className="second">{expiry.exact}</span>
          </dd>
          <dt>Uses</dt>
          <dd>{usesOf(coupon)}</dd>
          <dt>Issued</dt>
          <dd>
            {formats.time(coupon.createdDate)}
            {coupon.issuedAt && ` at ${coupon.issuedAt.name}`}
            {coupon.transactionNumber !== '0' && `, bill ${coupon.transactionNumber}`}
          </dd>
          {coupon.customProperty
            ?.filter(({ value }) => value !== '')
            .map(({ name, value }) => (
              <FactOf key={name} name={name} value={value} />
            ))}
        </dl>
        <CopyButton value={coupon.code}>
          {({ copied, copy }) => (
            <Button variant="default" size="xs" onClick={copy} className="fit">
              {copied ? 'Copied' : 'Copy code'}
            </Button>
          )}
        </CopyButton>
        <Redemptions coupon={coupon} actions={actions} mayChange={may('coupon', 'write')} />
      </Stack>
    </Drawer>
  )
}

function FactOf({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}

interface RedemptionsProps {
  readonly coupon: Coupon
  readonly actions: CareActions
  readonly mayChange: boolean
}

function Redemptions({ coupon, actions, mayChange }: RedemptionsProps) {
  const formats = useFormats()
  const { redemptions, reversedRedemptions } = coupon
  if (redemptions.length + reversedRedemptions.length === 0) return null
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Redemptions</h2>
      </div>
      <ul className="plain-list">
        {redemptions.toReversed().map(({ id, date, redeemedAt, transactionNumber }) => (
          <li key={id}>
            <div>
              {formats.time(date)}
              <div className="second">
                {redeemedAt?.name ?? 'Store unknown'}
                {transactionNumber !== '' && ` · bill ${transactionNumber}`}
              </div>
            </div>
            {mayChange && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => actions.open({ kind: 'reverse', coupon, redemptionId: id })}
              >
                Reverse
              </Button>
            )}
          </li>
        ))}
        {reversedRedemptions.toReversed().map(({ id, date, reversedOn, redeemedAt }) => (
          <li key={id}>
            <div className="gone">
              {formats.time(date)} at {redeemedAt?.name ?? 'an unknown store'}
              <div className="second">Reversed {formats.time(reversedOn)}</div>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
