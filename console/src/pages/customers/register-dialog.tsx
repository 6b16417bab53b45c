import { Group, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { useSession } from '../../api/session.tsx'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { lastStore, StoreSelect } from '../../parts/store-select.tsx'

const identifiers = [
  ['mobile', 'Mobile number'],
  ['email', 'E-mail'],
  ['externalId', 'External id'],
] as const
type Identifier = (typeof identifiers)[number][0]

interface Input {
  readonly firstName: string
  readonly lastName: string
  readonly identifiers: readonly { readonly type: Identifier; readonly value: string }[]
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

/** Registers a customer with identifiers that nobody has. */
export function RegisterDialog({ close, done }: RegisterDialogProps) {
  const { organisation } = useSession()
  const queries = useQueryClient()
  const [firstName, setFirstName] = useState('')
  const [lastName, setLastName] = useState('')
  const [values, setValues] = useState<Readonly<Record<Identifier, string>>>({
    mobile: '',
    email: '',
    externalId: '',
  })
  const [store, setStore] = useState(lastStore.read())
  const given = identifiers.flatMap(([type]) => {
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
  const text = (label: string, value: string, set: (value: string) => void, focus = false) => (
    <TextInput
      label={label}
      autoComplete="off"
      maxLength={200}
      flex={1}
      data-autofocus={focus || undefined}
      value={value}
      onChange={({ currentTarget }) => set(currentTarget.value)}
    />
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
          firstName: firstName.trim(),
          lastName: lastName.trim(),
          identifiers: given,
          store,
          reason,
        })
      }
    >
      <Group gap="sm" align="flex-start">
        {text('First name', firstName, setFirstName, true)}
        {text('Last name', lastName, setLastName)}
      </Group>
      {identifiers.map(([type, label]) => (
        <div key={type}>{text(label, values[type], (value) => setValues({ ...values, [type]: value }))}</div>
      ))}
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
