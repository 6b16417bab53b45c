import { PasswordInput, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { userSessionsQuery } from '../../api/admin-queries.ts'
import { useSession } from '../../api/session.tsx'
import type { Role, User } from '../../api/types.ts'
import { ActionForm, Effect, type DialogProps } from '../../parts/action-form.tsx'
import { fromNow, plural, useFormats } from '../../parts/format.ts'
import { Failed, Loading } from '../../parts/states.tsx'
import { passwordRule, roleNames, roleWords } from '../../parts/words.ts'

export function PersonDialog({ user, close, done }: DialogProps & { user?: User }) {
  const [email, setEmail] = useState('')
  const [name, setName] = useState(user?.name ?? '')
  const [role, setRole] = useState<Role>(user?.role ?? 'care')
  const [password, setPassword] = useState('')
  const [version] = useState(user?.version)
  const action = useAction(
    ({ reason }: { reason: string }, _key, newer) =>
      user
        ? call(`/admin/v1/users/${user.id}`, {
            method: 'PATCH',
            reason,
            body: { name, role },
            version: newer ?? version,
          })
        : call('/admin/v1/users', {
            method: 'POST',
            reason,
            body: { email: email.trim(), name, role, password },
          }),
    done,
  )
  const isComplete = name.trim() !== '' && (user !== undefined || (email.trim() !== '' && password !== ''))
  return (
    <ActionForm
      title={user ? `Name and role of ${user.name}` : 'Add person'}
      verb={user ? 'Save' : 'Add'}
      action={action}
      close={close}
      asksReason={user !== undefined}
      isIncomplete={!isComplete}
      submit={(reason) => action.submit({ reason })}
    >
      {!user && (
        <TextInput
          label="E-mail"
          type="email"
          required
          withAsterisk={false}
          data-autofocus
          autoComplete="off"
          value={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        />
      )}
      <TextInput
        label="Name"
        required
        withAsterisk={false}
        maxLength={200}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Select
        label="Role"
        description={roleWords[role]}
        data={Object.entries(roleNames).map(([value, label]) => ({ value, label }))}
        value={role}
        onChange={(value) => value && setRole(value as Role)}
      />
      {!user && (
        <PasswordInput
          label="First password"
          description={`${passwordRule} The person can change it under Account.`}
          required
          withAsterisk={false}
          autoComplete="new-password"
          value={password}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
      )}
    </ActionForm>
  )
}

export function DisableDialog({ user, close, done }: DialogProps & { user: User }) {
  const { user: me } = useSession()
  const [version] = useState(user.version)
  const action = useAction(
    ({ reason }: { reason: string }, _key, newer) =>
      call(`/admin/v1/users/${user.id}`, {
        method: 'PATCH',
        reason,
        body: { isDisabled: !user.isDisabled },
        version: newer ?? version,
      }),
    done,
  )
  return (
    <ActionForm
      title={user.isDisabled ? `Enable ${user.name}` : `Disable ${user.name}`}
      verb={user.isDisabled ? 'Enable' : 'Disable'}
      isDangerous={!user.isDisabled}
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect tone={user.isDisabled ? undefined : 'warn'}>
        {user.isDisabled
          ? 'The person can sign in again.'
          : me.id === user.id
            ? 'This is you: you are signed out at once.'
            : 'The person is signed out at once and cannot sign in until enabled again.'}
      </Effect>
    </ActionForm>
  )
}

export function SessionsDialog({ user, close, done }: DialogProps & { user: User }) {
  const formats = useFormats()
  const sessions = useQuery(userSessionsQuery(user.id))
  const action = useAction(
    ({ reason }: { reason: string }) =>
      call(`/admin/v1/users/${user.id}/sessions`, { method: 'DELETE', reason }),
    done,
  )
  const open = sessions.data?.length ?? 0
  return (
    <ActionForm
      title={`Sessions of ${user.name}`}
      verb="End all"
      isDangerous
      action={action}
      close={close}
      isIncomplete={open === 0}
      asksReason={open > 0}
      submit={(reason) => action.submit({ reason })}
    >
      {sessions.isPending ? (
        <Loading rows={2} />
      ) : sessions.isError ? (
        <Failed error={sessions.error} retry={() => void sessions.refetch()} />
      ) : open === 0 ? (
        <Effect>Nobody is signed in as {user.name}.</Effect>
      ) : (
        <section className="panel no-gap" aria-label={plural(open, 'session')}>
          <ul className="plain-list">
            {sessions.data.map(({ id, address, userAgent, createdAt, lastSeenAt }) => (
              <li key={id}>
                <div>
                  From {address}, last seen {fromNow(lastSeenAt)}
                  <div className="second" title={userAgent}>
                    Signed in {formats.time(createdAt)} · {browserOf(userAgent)}
                  </div>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </ActionForm>
  )
}

const browserOf = (userAgent: string): string =>
  /(Edg|Firefox|Chrome|Safari)\//.exec(userAgent)?.[1]?.replace('Edg', 'Edge') ?? 'another program'
