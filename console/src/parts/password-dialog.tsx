import { PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/action.ts'
import { call } from '../api/call.ts'
import { ActionForm, Effect, type DialogProps } from './action-form.tsx'
import { passwordRule } from './words.ts'

interface PasswordDialogProps extends DialogProps {
  /** The holder of the password, as displayed. */
  readonly of: string
  readonly path: string
  readonly effect: string
}

/** Changes the password of a person or a till. */
export function PasswordDialog({ of, path, effect, close, done }: PasswordDialogProps) {
  const [password, setPassword] = useState('')
  const action = useAction(
    ({ reason, ...body }: { password: string; reason: string }) =>
      call(path, { method: 'PUT', reason, body }),
    done,
  )
  return (
    <ActionForm
      title={`Another password for ${of}`}
      verb="Set password"
      action={action}
      close={close}
      isIncomplete={password === ''}
      submit={(reason) => action.submit({ password, reason })}
    >
      <PasswordInput
        label="New password"
        description={passwordRule}
        required
        withAsterisk={false}
        data-autofocus
        autoComplete="new-password"
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <Effect>{effect}</Effect>
    </ActionForm>
  )
}
