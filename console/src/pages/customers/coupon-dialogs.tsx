import { Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call, Refused } from '../../api/call.ts'
import { seriesQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { useFormats } from '../../parts/format.ts'
import type { DialogProps } from './care-actions.tsx'

/** A refusal that stands inside an answer that is none. */
class Told extends Refused {
  constructor(code: number, message: string) {
    super(new Response(null, { status: 400 }), code, message)
  }
}

/** Reverses a redemption. */
export function ReverseDialog({ asked: { coupon, redemptionId }, close, done }: DialogProps<'reverse'>) {
  const action = useAction(
    ({ reason }: { reason: string }, key) =>
      call('/v2/coupon/reactivate', { method: 'POST', key, reason, body: { redemptionIds: [redemptionId] } }),
    () => done(`The redemption of ${coupon.code} is reversed.`),
  )
  return (
    <ActionForm
      title="Reverse a redemption"
      verb="Reverse"
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect>
        The redemption of <span className="code">{coupon.code}</span> no longer counts: the coupon, the
        customer and the series get this use back. Both stay in the history. A reversal cannot be undone.
      </Effect>
    </ActionForm>
  )
}

interface ExpiryAnswer {
  readonly entity: {
    readonly unprocessedCoupons: readonly { readonly errorCode: number; readonly errorMessage: string }[]
  }
}

/** Moves the last day of a coupon. */
export function ExtendDialog({ asked: { coupon }, customerId, close, done }: DialogProps<'extend'>) {
  const formats = useFormats()
  const maySeeSeries = useMay()('campaign')
  const series = useQuery({ ...seriesQuery(coupon.seriesId), enabled: maySeeSeries }).data
  const now = formats.isoDay(coupon.validTillDateTime)
  const today = formats.isoDay(Date.now())
  const latest = series ? formats.isoDay(series.validTillDateTime) : undefined
  const [day, setDay] = useState('')
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
    () => done(`${coupon.code} now ends on ${formats.day(`${day}T12:00:00Z`)}.`),
  )
  const hasEnded = latest !== undefined && latest < today
  return (
    <ActionForm
      title={`Extend ${coupon.code}`}
      verb={day !== '' && day < now ? 'Shorten' : 'Extend'}
      action={action}
      close={close}
      isIncomplete={day === '' || day === now || hasEnded}
      // The series may end earlier on its last day than the day does.
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
          {day !== '' && (
            <Effect tone={day < now ? 'warn' : undefined}>
              {formats.day(coupon.validTillDateTime)} → <b>{formats.day(`${day}T12:00:00Z`)}</b>
              {day < now && <Text size="xs">This is earlier than now: the coupon ends sooner.</Text>}
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

/** Ends an unredeemed coupon. */
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
