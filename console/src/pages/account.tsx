import { Alert, Button, PasswordInput, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { call, Refused } from '../api/call.ts'
import { useSession } from '../api/session.tsx'
import { PageHead, Panel, wordsOf } from '../parts/states.tsx'
import { passwordRule, roleNames } from '../parts/words.ts'

const nothing = { currentPassword: '', newPassword: '', again: '' }

/** The person's own account, and a change of password. */
export default function Account() {
  const { user, organisation } = useSession()
  const [fields, setFields] = useState(nothing)
  const change = useMutation({
    mutationFn: () => {
      const { currentPassword, newPassword } = fields
      return call('/admin/v1/session/password', { method: 'PUT', body: { currentPassword, newPassword } })
    },
    onSuccess: () => {
      setFields(nothing)
      notifications.show({ message: 'Your password is changed. Your other sessions have ended.' })
    },
  })
  const differs = fields.again !== '' && fields.again !== fields.newPassword
  const field = (name: keyof typeof nothing) => ({
    value: fields[name],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setFields((before) => ({ ...before, [name]: value })),
    required: true,
    withAsterisk: false,
  })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (!differs) change.mutate()
  }
  return (
    <div className="page page-narrow">
      <PageHead title="Account" />
      <Panel title="You">
        <div className="panel-body">
          <dl className="facts">
            <dt>Name</dt>
            <dd>{user.name}</dd>
            <dt>E-mail</dt>
            <dd>{user.email}</dd>
            <dt>Role</dt>
            <dd>{roleNames[user.role]}</dd>
            <dt>Organisation</dt>
            <dd>{organisation.name}</dd>
            <dt>Times are shown in</dt>
            <dd>{organisation.timeZone}</dd>
          </dl>
        </div>
      </Panel>
      <Panel title="Change password">
        <form className="panel-body" onSubmit={submit}>
          <Stack gap="sm" maw={360}>
            {change.isError && (
              <Alert color="red" variant="outline" role="alert">
                {change.error instanceof Refused && change.error.status === 429
                  ? `Too many attempts. Wait ${change.error.retryAfterS ?? 60} seconds.`
                  : wordsOf(change.error)}
              </Alert>
            )}
            <PasswordInput
              label="Current password"
              autoComplete="current-password"
              {...field('currentPassword')}
            />
            <PasswordInput
              label="New password"
              description={`${passwordRule} Your other sessions end.`}
              autoComplete="new-password"
              {...field('newPassword')}
            />
            <PasswordInput
              label="New password again"
              autoComplete="new-password"
              error={differs && 'The two passwords differ'}
              {...field('again')}
            />
            <div>
              <Button type="submit" loading={change.isPending}>
                Change password
              </Button>
            </div>
          </Stack>
        </form>
      </Panel>
    </div>
  )
}
