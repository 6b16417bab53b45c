import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import type { DialogProps } from './care-actions.tsx'

/** Erases a person after the id has been typed: it cannot be undone. */
export function EraseDialog({ asked: { name }, customerId, close, done }: DialogProps<'erase'>) {
  const [typed, setTyped] = useState('')
  const action = useAction(
    () => call(`/admin/v1/customers/${customerId}`, { method: 'DELETE' }),
    () => done(`${name} is erased. Coupons and redemptions stay under the id ${customerId}.`),
  )
  return (
    <ActionForm
      title={`Erase ${name}`}
      verb="Erase for good"
      isDangerous
      action={action}
      close={close}
      isIncomplete={typed.trim() !== String(customerId)}
      asksReason={false}
      submit={() => action.submit(undefined)}
    >
      <Effect tone="warn">
        Name, numbers, addresses and every field of the person are removed, and the reasons that were written
        for what was done to the person; none is kept for this either. Nothing can be issued to or redeemed by
        the person any more. Coupons and redemptions stay in the ledger under the id.{' '}
        <b>This cannot be undone.</b>
      </Effect>
      <TextInput
        label={`Customer id, to confirm: ${customerId}`}
        inputMode="numeric"
        autoComplete="off"
        data-autofocus
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </ActionForm>
  )
}
