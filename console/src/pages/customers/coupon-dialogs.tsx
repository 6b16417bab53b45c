import { Button, Group, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call, Refused } from '../../api/call.ts'
import { seriesQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { fromNow, useFormats } from '../../parts/format.ts'
import type { DialogProps } from './care-actions.tsx'
import { RedemptionFacts, WorksAgain } from './redemption-facts.tsx'

/** A refusal inside an answer that is otherwise successful. */
class Told extends Refused {
  constructor(code: number, message: string) {
    super(new Response(null, { status: 400 }), code, message)
  }
}

/** Reverses a redemption: its details are shown, to compare with what the customer says. */
export function ReverseDialog({ asked: { coupon, redemption }, close, done }: DialogProps<'reverse'>) {
  const formats = useFormats()
  const action = useAction(
    ({ reason }: { reason: string }, key) =>
      call('/v2/coupon/reactivate', {
        method: 'POST',
        key,
        reason,
        body: { redemptionIds: [redemption.id] },
      }),
    () => done(`The redemption of ${coupon.code} is reversed.`),
  )
  const { isPast } = formats.expiry(coupon.validTillDateTime)
  const kept = redemption.money?.kept ?? 0
  return (
    <ActionForm
      title="Reverse a redemption"
      verb="Reverse"
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <RedemptionFacts coupon={coupon} redemption={redemption} />
      <Effect tone={isPast ? 'warn' : undefined}>
        It no longer counts: the coupon, the customer and the series get this use back
        {kept > 0 &&
          `, and the budget of the series gets the rest of the discount, ${formats.money(kept)}`}.{' '}
        <WorksAgain coupon={coupon} /> A reversal cannot be undone.
      </Effect>
    </ActionForm>
  )
}

/** @param day yyyy-mm-dd, like the result. */
const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** Frequently chosen days, up to the last day of the series. */
const choicesOf = (begin: string, latest: string): readonly { label: string; value: string }[] =>
  begin >= latest
    ? []
    : [
        ...[7, 30, 90]
          .map((days) => ({ label: `${days} days more`, value: daysAfter(begin, days) }))
          .filter(({ value }) => value < latest),
        { label: 'As long as the series', value: latest },
      ]

interface ExpiryAnswer {
  readonly entity: {
    readonly unprocessedCoupons: readonly { readonly errorCode: number; readonly errorMessage: string }[]
  }
}

/** Changes the last day of a coupon. */
export function ExtendDialog({
  asked: { coupon, day: given = '' },
  customerId,
  close,
  done,
}: DialogProps<'extend'>) {
  const formats = useFormats()
  const maySeeSeries = useMay()('campaign')
  const series = useQuery({ ...seriesQuery(coupon.seriesId), enabled: maySeeSeries }).data
  const now = formats.isoDay(coupon.validTillDateTime)
  const today = formats.isoDay(Date.now())
  const latest = series ? formats.isoDay(series.validTillDateTime) : undefined
  const [day, setDay] = useState(given)
  const action = useAction(
    async ({ reason, until }: { reason: string; until: string }, key) => {
      const { entity } = await call<ExpiryAnswer>('/v2/coupon/bulk/expiry', {
        method: 'PUT',
        key,
        reason,
        body: {
          couponSeriesId: coupon.seriesId,
          customer: { id: customerId },
          couponCodes: [{ couponCode: coupon.code, expiryDate: until }],
        },
      })
      const [refused] = entity.unprocessedCoupons
      if (refused) throw new Told(refused.errorCode, refused.errorMessage)
    },
    (_, { until }) =>
      done(
        `${coupon.code} now ends on ${formats.day(`${day}T12:00:00Z`)}.`,
        // An expiry cannot be moved into the past.
        now < today
          ? undefined
          : { kind: 'extend', coupon: { ...coupon, validTillDateTime: until }, day: now },
      ),
  )
  const begin = now > today ? now : today
  const choices = latest === undefined ? [] : choicesOf(begin, latest)
  const hasEnded = latest !== undefined && latest < today
  return (
    <ActionForm
      title={`Extend ${coupon.code}`}
      verb={day !== '' && day < now ? 'Shorten' : 'Extend'}
      action={action}
      close={close}
      isIncomplete={day === '' || day === now || hasEnded}
      // On its last day the series may end before the day does.
      submit={(reason) =>
        action.submit({
          reason,
          until: day === latest && series ? series.validTillDateTime : `${day} 23:59:59`,
        })
      }
    >
      {hasEnded && series ? (
        <Effect tone="bad">
          The series ended on {formats.day(series.validTillDateTime)}: none of its coupons can be extended
          before it is.
        </Effect>
      ) : (
        <>
          <TextInput
            type="date"
            label="New last day"
            description={
              latest
                ? `Until the end of that day; ${formats.day(`${latest}T12:00:00Z`)} at the latest, when the series ends.`
                : 'Until the end of that day.'
            }
            required
            withAsterisk={false}
            data-autofocus
            min={today}
            max={latest}
            value={day}
            onChange={({ currentTarget }) => setDay(currentTarget.value)}
          />
          <Group gap={6}>
            {choices.map(({ label, value }) => (
              <Button key={label} size="compact-xs" variant="default" onClick={() => setDay(value)}>
                {label}
              </Button>
            ))}
          </Group>
          {latest === now && day === '' && (
            <Effect>It lasts as long as its series already. It can be made to end sooner.</Effect>
          )}
          {day !== '' && (
            <Effect tone={day < now ? 'warn' : undefined}>
              {formats.day(coupon.validTillDateTime)} → <b>{formats.day(`${day}T12:00:00Z`)}</b>,{' '}
              {fromNow(`${day}T23:59:59Z`)}
              {day < now && <Text size="xs">The coupon ends sooner than it does now.</Text>}
            </Effect>
          )}
        </>
      )}
    </ActionForm>
  )
}

interface RevokeAnswer {
  readonly entity: {
    readonly failedToRevoke: readonly { readonly errorCode: number; readonly errorMessage: string }[]
  }
}

/** Revokes an unredeemed coupon. */
export function RevokeDialog({ asked: { coupon }, close, done }: DialogProps<'revoke'>) {
  const action = useAction(
    async ({ reason }: { reason: string }, key) => {
      const { entity } = await call<RevokeAnswer>('/v2/coupon/revoke', {
        method: 'POST',
        key,
        reason,
        body: { couponSeriesId: coupon.seriesId, couponCodes: [coupon.code] },
      })
      const [refused] = entity.failedToRevoke
      if (refused) throw new Told(refused.errorCode, refused.errorMessage)
    },
    () => done(`${coupon.code} is revoked.`),
  )
  return (
    <ActionForm
      title={`Revoke ${coupon.code}`}
      verb="Revoke"
      isDangerous
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect tone="warn">
        The coupon stops working at once and for good. <b>This cannot be undone</b>; another one can be
        issued.
      </Effect>
    </ActionForm>
  )
}
