import { PasswordInput, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { accessGroupsQuery } from '../../api/admin-queries.ts'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import type { Store, Till } from '../../api/types.ts'
import { ActionForm, Effect, type DialogProps } from '../../parts/action-form.tsx'
import { useCodeAndName } from '../../parts/code-and-name.tsx'
import { passwordRule } from '../../parts/words.ts'

export function StoreDialog({ close, done }: DialogProps) {
  const { fields, given } = useCodeAndName('Identifies the store for tills and in files; cannot be changed.')
  const action = useAction(
    (body: { code: string; name: string }, key) => call('/v2/orgEntity/store', { method: 'POST', key, body }),
    done,
  )
  return (
    <ActionForm
      title="Add store"
      verb="Add"
      action={action}
      close={close}
      asksReason={false}
      isIncomplete={given === null}
      submit={() => given && action.submit(given)}
    >
      {fields}
    </ActionForm>
  )
}

export function TillDialog({ store, close, done }: DialogProps & { store: Store }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [group, setGroup] = useState<string | null>(null)
  const groups = useQuery(accessGroupsQuery).data ?? []
  const action = useAction(
    (body: { name: string; password: string; storeId: number; accessGroup?: string }) =>
      call('/v2/orgEntity/till', { method: 'POST', body }),
    done,
  )
  return (
    <ActionForm
      title={`Add a till to ${store.name}`}
      verb="Add"
      action={action}
      close={close}
      asksReason={false}
      isIncomplete={name.trim() === '' || password === ''}
      submit={() =>
        action.submit({
          name: name.trim(),
          password,
          storeId: store.id,
          ...(group && { accessGroup: group }),
        })
      }
    >
      <TextInput
        label="Code"
        description="Unique in the whole installation."
        required
        withAsterisk={false}
        data-autofocus
        maxLength={200}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        description={passwordRule}
        required
        withAsterisk={false}
        autoComplete="new-password"
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <Select
        label="May do"
        description="A till of the group till finds customers, and issues, redeems and reverses coupons."
        placeholder="till"
        clearable
        clearButtonProps={{ 'aria-label': 'What tills may' }}
        data={groups.map((one) => one.name)}
        value={group}
        onChange={setGroup}
      />
    </ActionForm>
  )
}

export function RevokeTillDialog({ till, close, done }: DialogProps & { till: Till }) {
  const action = useAction(
    ({ reason }: { reason: string }) => call(`/admin/v1/tills/${till.id}/revoke`, { method: 'POST', reason }),
    done,
  )
  return (
    <ActionForm
      title={`Revoke ${till.code}`}
      verb="Revoke"
      isDangerous
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect tone="warn">
        The till can no longer sign in, nor can the clients that act as it. <b>This cannot be undone.</b>
      </Effect>
    </ActionForm>
  )
}
