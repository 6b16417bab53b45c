import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { customerStateQuery } from '../../api/queries.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import type { DialogProps } from './care-actions.tsx'

/** Blocks or unblocks a customer. Repeating it has no further effect, so a retry is safe without a key. */
export function BlockDialog({ asked: { isBlocked, name }, customerId, close, done }: DialogProps<'block'>) {
  const known = useQuery(customerStateQuery(customerId)).data?.version
  const [version] = useState(known)
  const action = useAction(
    ({ reason }: { reason: string }, _key, newer) =>
      call(`/admin/v1/customers/${customerId}`, {
        method: 'PATCH',
        reason,
        body: { isBlocked: !isBlocked },
        version: newer ?? version,
      }),
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
