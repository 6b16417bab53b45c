import { ActionIcon, Button, Menu, PasswordInput, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, Plus } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { userSessionsQuery, usersQuery } from '../../api/admin-queries.ts'
import { useMay, useSession } from '../../api/session.tsx'
import type { Role, User } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { fromNow, plural, useFormats } from '../../parts/format.ts'
import { Empty, Failed, Loading, PageHead, State } from '../../parts/states.tsx'
import { roleNames } from '../../parts/words.ts'

const roleWords: Readonly<Record<Role, string>> = {
  care: 'Finds customers; issues, redeems, reverses, extends and revokes single coupons.',
  campaign: 'Creates and edits series, makes and exports codes; sees no customers.',
  admin: 'Everything.',
  auditor: 'Reads everything, the audit log too; changes nothing.',
}

type Dialog =
  | { readonly kind: 'create' }
  | { readonly kind: 'edit' | 'password' | 'disable' | 'sessions'; readonly user: User }

/** People who sign in, and what they may do. */
export default function Users() {
  const mayWrite = useMay()('user', 'write')
  const queries = useQueryClient()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const users = useQuery(usersQuery)
  const close = (): void => setDialog(null)
  const done = (): void => {
    void queries.invalidateQueries({ queryKey: ['users'] })
    close()
  }
  return (
    <div className="page">
      <PageHead
        title="People"
        lead="Who signs in to the console."
        aside={
          mayWrite && (
            <Button leftSection={<Plus size={15} />} onClick={() => setDialog({ kind: 'create' })}>
              Add person
            </Button>
          )
        }
      />
      <section className="panel">
        {users.isPending ? (
          <Loading rows={4} />
        ) : users.isError ? (
          <Failed error={users.error} retry={() => void users.refetch()} />
        ) : users.data.length === 0 ? (
          <Empty title="Nobody yet" />
        ) : (
          <div className="scroll-x">
            <table className="table">
              <thead>
                <tr>
                  <th>Name</th>
                  <th>Role</th>
                  <th>State</th>
                  <th>Last seen</th>
                  <th>
                    <span className="sr">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {users.data.map((user) => (
                  <UserRow key={user.id} user={user} open={mayWrite ? setDialog : undefined} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      {dialog?.kind === 'create' && <PersonDialog close={close} done={done} />}
      {dialog?.kind === 'edit' && <PersonDialog user={dialog.user} close={close} done={done} />}
      {dialog?.kind === 'password' && <PasswordDialog user={dialog.user} close={close} done={done} />}
      {dialog?.kind === 'disable' && <DisableDialog user={dialog.user} close={close} done={done} />}
      {dialog?.kind === 'sessions' && <SessionsDialog user={dialog.user} close={close} done={done} />}
    </div>
  )
}

interface UserRowProps {
  readonly user: User
  readonly open: ((dialog: Dialog) => void) | undefined
}

function UserRow({ user, open }: UserRowProps) {
  const formats = useFormats()
  return (
    <tr>
      <td>
        {user.name}
        <div className="second">{user.email}</div>
      </td>
      <td title={roleWords[user.role]}>{roleNames[user.role]}</td>
      <td>{user.isDisabled ? <State tone="quiet">Disabled</State> : <State tone="good">Signs in</State>}</td>
      <td title={user.lastSeenAt ? formats.time(user.lastSeenAt) : undefined}>
        {user.lastSeenAt ? fromNow(user.lastSeenAt) : 'Never'}
      </td>
      <td className="right">
        {open && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${user.name}`}>
                <Ellipsis size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => open({ kind: 'edit', user })}>Name and role…</Menu.Item>
              <Menu.Item onClick={() => open({ kind: 'password', user })}>Set password…</Menu.Item>
              <Menu.Item onClick={() => open({ kind: 'sessions', user })}>Sessions…</Menu.Item>
              <Menu.Divider />
              <Menu.Item
                color={user.isDisabled ? undefined : 'red'}
                onClick={() => open({ kind: 'disable', user })}
              >
                {user.isDisabled ? 'Enable…' : 'Disable…'}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </td>
    </tr>
  )
}

interface DialogProps {
  readonly close: () => void
  readonly done: () => void
}

function PersonDialog({ user, close, done }: DialogProps & { user?: User }) {
  const [email, setEmail] = useState('')
  const [name, setName] = useState(user?.name ?? '')
  const [role, setRole] = useState<Role>(user?.role ?? 'care')
  const [password, setPassword] = useState('')
  const action = useAction(
    ({ reason }: { reason: string }) =>
      user
        ? call(`/admin/v1/users/${user.id}`, { method: 'PATCH', reason, body: { name, role } })
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
          description="10 characters or more; the person can change it under Account."
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

function PasswordDialog({ user, close, done }: DialogProps & { user: User }) {
  const [password, setPassword] = useState('')
  const action = useAction(
    ({ reason }: { reason: string }) =>
      call(`/admin/v1/users/${user.id}/password`, { method: 'PUT', reason, body: { password } }),
    done,
  )
  return (
    <ActionForm
      title={`Another password for ${user.name}`}
      verb="Set password"
      action={action}
      close={close}
      isIncomplete={password === ''}
      submit={(reason) => action.submit({ reason })}
    >
      <PasswordInput
        label="New password"
        description="10 characters or more."
        required
        withAsterisk={false}
        data-autofocus
        autoComplete="new-password"
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <Effect>All sessions of {user.name} end.</Effect>
    </ActionForm>
  )
}

function DisableDialog({ user, close, done }: DialogProps & { user: User }) {
  const { user: me } = useSession()
  const action = useAction(
    ({ reason }: { reason: string }) =>
      call(`/admin/v1/users/${user.id}`, { method: 'PATCH', reason, body: { isDisabled: !user.isDisabled } }),
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

function SessionsDialog({ user, close, done }: DialogProps & { user: User }) {
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
