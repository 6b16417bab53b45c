import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { useSession } from '../../api/session.tsx'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { lastStore, StoreSelect } from '../../parts/store-select.tsx'
import { CustomerFields, identifierTypes, noValues, type IdentifierType } from './customer-fields.tsx'

interface Input {
  readonly firstName: string
  readonly lastName: string
  readonly identifiers: readonly { readonly type: IdentifierType; readonly value: string }[]
  readonly store: string | null
  readonly reason: string
}
interface Registered {
  readonly createdId: number
  readonly warnings: readonly { readonly message: string }[]
}

interface RegisterDialogProps {
  readonly close: () => void
  readonly done: (id: number, name: string, warnings: readonly string[]) => void
}

/** Registers a customer with new identifiers. */
export function RegisterDialog({ close, done }: RegisterDialogProps) {
  const { organisation } = useSession()
  const queries = useQueryClient()
  const [values, setValues] = useState(noValues)
  const [store, setStore] = useState(lastStore.read())
  const given = identifierTypes.flatMap((type) => {
    const value = values[type].trim()
    return value === '' ? [] : [{ type, value }]
  })
  const action = useAction(
    ({ store: code, reason, ...profile }: Input, key) =>
      call<Registered>('/v2/customers', {
        method: 'POST',
        query: { source: 'INSTORE' },
        key,
        reason,
        store: code,
        body: { profiles: [profile] },
      }),
    ({ createdId, warnings }, input) => {
      void queries.invalidateQueries({ queryKey: ['search'] })
      done(
        createdId,
        `${input.firstName} ${input.lastName}`.trim(),
        warnings.map(({ message }) => message),
      )
    },
  )
  return (
    <ActionForm
      title="Register a customer"
      verb="Register"
      action={action}
      close={close}
      isIncomplete={given.length === 0}
      submit={(reason) =>
        action.submit({
          firstName: values.firstName.trim(),
          lastName: values.lastName.trim(),
          identifiers: given,
          store,
          reason,
        })
      }
    >
      <CustomerFields values={values} onChange={setValues} />
      <StoreSelect
        label="Store"
        description="Where the customer counts as registered; may be left empty."
        clearable
        placeholder="None"
        value={store}
        onChange={setStore}
      />
      <Effect>
        {given.length === 0
          ? 'A number, an address or an external id is needed to find the customer by.'
          : `A mobile number without its country code is taken as one of ${countryName(organisation.country)}.`}
      </Effect>
    </ActionForm>
  )
}

const countryName = (code: string): string => new Intl.DisplayNames('en', { type: 'region' }).of(code) ?? code
