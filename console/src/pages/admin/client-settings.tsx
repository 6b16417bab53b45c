import { Select, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { clientSettingsQuery } from '../../api/admin-queries.ts'
import { call } from '../../api/call.ts'
import type { ClientSettings } from '../../api/types.ts'
import { ActionForm, Effect, type DialogProps } from '../../parts/action-form.tsx'
import { Loading } from '../../parts/states.tsx'

interface FieldsProps {
  readonly stated: ClientSettings
  /** What decides when a setting is not stated here. */
  readonly otherwise: string
  readonly disabled?: boolean
  readonly change: (stated: ClientSettings) => void
}

/** One field per setting that adapts answers to the programs that call, as the server describes them. */
export function ClientSettingsFields({ stated, otherwise, disabled = false, change }: FieldsProps) {
  const described = useQuery(clientSettingsQuery)
  if (described.data === undefined) return <Loading rows={6} />
  return (
    <Stack gap="sm">
      {described.data.map(({ name, meaning, symptom, values, default: usual }) => {
        const value = stated[name as keyof ClientSettings]
        const decided = values.find((one) => one.value === (value ?? usual))
        return (
          <Select
            key={name}
            label={name}
            description={
              <>
                {meaning} {value !== null && `${value}: ${decided?.meaning ?? ''}. `}
                Change it when this is seen: {symptom}
              </>
            }
            disabled={disabled}
            allowDeselect={false}
            data={[
              { value: '', label: `As ${otherwise}` },
              ...values.map((one) => ({ value: one.value, label: one.value })),
            ]}
            value={value ?? ''}
            onChange={(next) => change({ ...stated, [name]: next === '' ? null : next })}
          />
        )
      })}
    </Stack>
  )
}

interface ClientSettingsDialogProps extends DialogProps {
  readonly of: string
  /** Where they are changed. */
  readonly path: string
  readonly stated: ClientSettings
  readonly version: number
}

/** How one till or client is answered. */
export function ClientSettingsDialog({ of, path, stated, version, close, done }: ClientSettingsDialogProps) {
  const [fields, setFields] = useState(stated)
  // As it was when the dialog was opened, whatever is read behind it.
  const [opened] = useState(version)
  const action = useAction(
    (body: ClientSettings, _key, newer) => call(path, { method: 'PATCH', body, version: newer ?? opened }),
    done,
  )
  return (
    <ActionForm
      title={`How ${of} is answered`}
      verb="Save"
      action={action}
      close={close}
      asksReason={false}
      width={560}
      submit={() => action.submit(fields)}
    >
      <ClientSettingsFields stated={fields} otherwise="the organisation" change={setFields} />
      <Effect>The change takes effect within a second.</Effect>
    </ActionForm>
  )
}
