import { ActionIcon, Button, CopyButton, Drawer, Group, Stack, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Check, Copy } from 'lucide-react'
import { Link } from 'wouter'
import { heldCouponQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Coupon } from '../../api/types.ts'
import { useFormats } from '../../parts/format.ts'
import { SeriesName } from '../../parts/series-name.tsx'
import { longRefusal } from '../../parts/words.ts'
import { Effect } from '../../parts/action-form.tsx'
import { Empty, Failed, isStale, Loading } from '../../parts/states.tsx'
import { HeldFacts } from '../holds/held-of.tsx'
import type { CareActions } from './care-actions.tsx'
import { heldWords, isHeld, isRevoked, isUsedUp, mayWork, usedUpWords, usesOf } from './coupon-state.tsx'
import { Redemptions } from './redemptions.tsx'
import { HistoryPanel } from '../history/history-panel.tsx'

interface CouponDrawerProps {
  readonly code: string
  /** As shown in the list. */
  readonly listed: Coupon | undefined
  readonly customerId: number
  readonly actions: CareActions
  readonly close: () => void
}

/** A customer's coupon: its value, its uses, and the possible actions. */
export function CouponDrawer({ code, listed, customerId, actions, close }: CouponDrawerProps) {
  const known = listed?.code === code ? listed : undefined
  const found = useQuery({ ...heldCouponQuery(customerId, code), placeholderData: known })
  const coupon = found.data ?? known
  return (
    <Drawer
      opened
      onClose={close}
      // A dialog in front of it is closed first.
      closeOnEscape={actions.dialog === null}
      position="right"
      size={460}
      title={
        <Group gap={6} wrap="nowrap">
          <span className="code drawer-code">{coupon?.code ?? code}</span>
          <CopyCode code={coupon?.code ?? code} />
        </Group>
      }
      transitionProps={{ duration: 120 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {found.isPending ? (
        <Loading />
      ) : found.isError && !isStale(found) ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : coupon === undefined ? (
        <Empty title="Not this customer’s">
          No coupon with this code is held here. The search finds whose it is.
        </Empty>
      ) : (
        <OpenCoupon coupon={coupon} customerId={customerId} actions={actions} />
      )}
    </Drawer>
  )
}

function CopyCode({ code }: { code: string }) {
  return (
    <CopyButton value={code}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : 'Copy code'}>
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={copy}
            aria-label={copied ? 'Copied' : 'Copy code'}
          >
            {copied ? <Check size={14} /> : <Copy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  )
}

function OpenCoupon({
  coupon,
  customerId,
  actions,
}: Pick<CouponDrawerProps, 'customerId' | 'actions'> & { coupon: Coupon }) {
  const formats = useFormats()
  const may = useMay()
  const expiry = formats.expiry(coupon.validTillDateTime)
  const verdict = coupon.redemptionStatus
  const mayChange = may('coupon', 'write') && !isRevoked(coupon)
  const isExpired = verdict?.code === 713
  return (
    <Stack gap="md">
      {verdict && (
        <Effect tone={verdict.status ? 'good' : isHeld(coupon) ? 'warn' : undefined}>
          {verdict.status
            ? 'Works now.'
            : isHeld(coupon)
              ? heldWords
              : isUsedUp(coupon)
                ? usedUpWords
                : longRefusal(verdict.code, verdict.message)}{' '}
          <Link href={`/check?code=${encodeURIComponent(coupon.code)}&customer=${customerId}`}>
            {verdict.status ? 'Check a store and bill' : 'Why?'}
          </Link>
        </Effect>
      )}
      {mayChange && (
        <Group gap="xs">
          {mayWork(coupon) && (
            <Button
              onClick={() => actions.open({ kind: 'redeem', coupon })}
              variant={verdict?.status ? 'filled' : 'default'}
              data-autofocus
            >
              Redeem
            </Button>
          )}
          <Button
            variant={isExpired ? 'filled' : 'default'}
            data-autofocus={isExpired || undefined}
            onClick={() => actions.open({ kind: 'extend', coupon })}
          >
            Extend
          </Button>
          <Button variant="default" onClick={() => actions.open({ kind: 'tell', coupon })}>
            Resend code
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
          <SeriesName id={coupon.seriesId} name={coupon.description} />
        </dd>
        <dt>Discount</dt>
        <dd>{formats.discount(coupon)}</dd>
        <dt>{expiry.isPast ? 'Ended' : 'Ends'}</dt>
        <dd>
          {expiry.words} <span className="second">{expiry.exact}</span>
        </dd>
        <dt>Uses</dt>
        <dd>{usesOf(coupon)}</dd>
        <HeldFacts couponId={coupon.id} />
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
      <Redemptions coupon={coupon} actions={actions} mayChange={may('coupon', 'write')} />
      {may('client') && <HistoryPanel subject={{ kind: 'coupon', code: coupon.code, customerId }} />}
    </Stack>
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
