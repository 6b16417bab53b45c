import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { useFormats } from '../../parts/format.ts'
import type { Sale } from './sales-rules.ts'

interface CancelSaleProps {
  readonly bill: string
  readonly sale: Sale
  readonly close: () => void
  readonly done: (message: string) => void
}

const coupons = (count: number): string => (count === 1 ? '1 coupon' : `${count} coupons`)

/** Reverses all redemptions of a sale in one step, or none of them. */
export function CancelSaleDialog({ bill, sale, close, done }: CancelSaleProps) {
  const formats = useFormats()
  const { open, redemptions } = sale
  const action = useAction(
    ({ reason }: { reason: string }, key) =>
      call('/v2/coupon/reactivate', {
        method: 'POST',
        key,
        reason,
        body: { redemptionIds: open.map(({ id }) => id) },
      }),
    () => done(`The sale on bill ${bill} is cancelled: ${coupons(open.length)} got the use back.`),
  )
  const ended = open.filter(({ validUntil }) => formats.expiry(validUntil).isPast)
  const revoked = redemptions.filter(({ isRevoked, isReversed }) => isRevoked && !isReversed)
  return (
    <ActionForm
      title={`Cancel the sale on bill ${bill}`}
      verb="Cancel sale"
      dismissal="Keep sale"
      isDangerous
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <ul className="plain-list">
        {open.map(({ id, code, seriesDescription, redeemedAt }) => (
          <li key={id}>
            <div>
              <span className="code">{code}</span>
              <div className="second">
                {seriesDescription} · redeemed {formats.time(redeemedAt)}
              </div>
            </div>
          </li>
        ))}
      </ul>
      <Effect tone={ended.length > 0 ? 'warn' : undefined}>
        {open.length === 1 ? 'The redemption' : `All ${open.length} redemptions`} of this sale no longer{' '}
        {open.length === 1 ? 'counts' : 'count'}: coupons, customers, series and budgets get back what was
        used.{' '}
        {ended.length > 0 && (
          <b>
            {ended.map(({ code }) => code).join(', ')} {ended.length === 1 ? 'has' : 'have'} ended meanwhile,
            and must be extended to work again.{' '}
          </b>
        )}
        {revoked.length > 0 &&
          `${revoked.map(({ code }) => code).join(', ')} ${revoked.length === 1 ? 'is' : 'are'} revoked and cannot be reversed. `}
        It cannot be undone.
      </Effect>
    </ActionForm>
  )
}
