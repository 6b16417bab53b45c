import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import type { DialogProps } from './care-actions.tsx'
import {
  CustomerFields,
  identifierNames,
  identifierTypes,
  type CustomerValues,
  type IdentifierType,
} from './customer-fields.tsx'

const labels = { firstName: 'First name', lastName: 'Last name', ...identifierNames }

const identifiersOf = (types: readonly IdentifierType[], values: CustomerValues) =>
  types.flatMap((type) => (values[type] === '' ? [] : [{ type, value: values[type] }]))

interface Input {
  readonly reason: string
  readonly after: CustomerValues
}

/** Changes a name or identifiers. Identifiers of another customer are refused. */
export function EditDialog({ asked: { before }, customerId, close, done }: DialogProps<'edit'>) {
  const [values, setValues] = useState(before)
  const trimmed = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value.trim()]),
  ) as CustomerValues
  const changed = (Object.keys(labels) as (keyof CustomerValues)[]).filter(
    (name) => trimmed[name] !== before[name],
  )
  const action = useAction(
    async ({ reason, after }: Input, key) => {
      const types = identifierTypes.filter((type) => after[type] !== before[type])
      // First the call that may be refused. Each call has its own key, so that a retry executes what is missing.
      if (types.length > 0) {
        await call(`/v2/customers/${customerId}/changeIdentifier`, {
          method: 'POST',
          query: { source: 'INSTORE' },
          key,
          reason,
          body: { remove: identifiersOf(types, before), add: identifiersOf(types, after) },
        })
      }
      const { firstName, lastName } = after
      if (firstName === before.firstName && lastName === before.lastName) return
      await call(`/v2/customers/${customerId}`, {
        method: 'PUT',
        query: { source: 'INSTORE' },
        key: `${key}-name`,
        reason,
        body: { profiles: [{ firstName, lastName }] },
      })
    },
    () => done('The details are changed.'),
  )
  return (
    <ActionForm
      title="Change details"
      verb="Change"
      action={action}
      close={close}
      isIncomplete={changed.length === 0 || identifierTypes.every((type) => trimmed[type] === '')}
      submit={(reason) => action.submit({ reason, after: trimmed })}
    >
      <CustomerFields values={values} onChange={setValues} />
      <Effect>
        {changed.length === 0
          ? 'Coupons stay with the customer, whatever is changed.'
          : changed.map((name) => (
              <div key={name}>
                {labels[name]}: {before[name] || 'none'} → <b>{trimmed[name] || 'none'}</b>
              </div>
            ))}
      </Effect>
    </ActionForm>
  )
}
