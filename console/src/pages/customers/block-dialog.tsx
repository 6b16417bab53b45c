import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import type { DialogProps } from './care-actions.tsx'

/** Blocks or unblocks a customer. Repeating it has no further effect, so a retry is safe without a key. */
export function BlockDialog({ asked: { isBlocked, name }, customerId, close, done }: DialogProps<'block'>) {
  const action = useAction(
    ({ reason }: { reason: string }) =>
      call(`/admin/v1/customers/${customerId}`, { method: 'PATCH', reason, body: { isBlocked: !isBlocked } }),
    () => done(isBlocked ? `The block of ${name} is lifted.` : `${name} is blocked.`),
  )
  return (
    <ActionForm
      title={isBlocked ? `Lift the block of ${name}` : `Block ${name}`}
      verb={isBlocked ? 'Lift block' : 'Block'}
      isDangerous={!isBlocked}
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect tone={isBlocked ? undefined : 'warn'}>
        {isBlocked
          ? 'The customer’s coupons work again, and new ones can be issued.'
          : 'None of the customer’s coupons works and none is issued, until the block is lifted.'}
      </Effect>
    </ActionForm>
  )
}
