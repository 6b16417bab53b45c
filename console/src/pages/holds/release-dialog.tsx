import { useQueryClient } from '@tanstack/react-query'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import type { Hold } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { useFormats } from '../../parts/format.ts'
import { holderWords } from './hold-words.ts'

interface ReleaseDialogProps {
  readonly hold: Hold
  readonly close: () => void
}

/** Releases what a checkout reserves, with a reason. */
export function ReleaseDialog({ hold, close }: ReleaseDialogProps) {
  const formats = useFormats()
  const queries = useQueryClient()
  const action = useAction(
    ({ reason }: { reason: string }, key) =>
      call(`/admin/v1/holds/${hold.id}/release`, { method: 'POST', key, reason, body: {} }),
    () => {
      for (const key of ['holds', 'customer', 'coupon', 'series'])
        void queries.invalidateQueries({ queryKey: [key] })
      close()
    },
  )
  return (
    <ActionForm
      title="Release a hold"
      verb="Release"
      isDangerous
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <dl className="facts">
        <dt>Checkout</dt>
        <dd>
          {hold.reference}
          <div className="second">{holderWords(hold)}</div>
        </dd>
        <dt>Reserves</dt>
        <dd>
          {hold.reserves.map(({ couponId, code, series, discount }) => (
            <div key={couponId}>
              <span className="code">{code ?? `No. ${couponId}`}</span>{' '}
              <span className="second">
                {series.name} · {formats.money(Number(discount))}
              </span>
            </div>
          ))}
        </dd>
        <dt>Until</dt>
        <dd>{formats.time(hold.expiresAt)}</dd>
      </dl>
      <Effect tone="warn">
        The coupons are free at once, for everybody. If this checkout pays after all, it redeems them only if
        nobody else has taken them.
      </Effect>
    </ActionForm>
  )
}
