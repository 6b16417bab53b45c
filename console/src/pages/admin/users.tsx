import { ActionIcon, Button, Menu } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, Plus } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'wouter'
import { usersQuery } from '../../api/admin-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { User } from '../../api/types.ts'
import { LastUsed } from '../../parts/last-used.tsx'
import { PasswordDialog } from '../../parts/password-dialog.tsx'
import { actionsHead, Listed, Table } from '../../parts/listed.tsx'
import { Empty, PageHead, State } from '../../parts/states.tsx'
import { roleNames, roleWords } from '../../parts/words.ts'
import { logOf } from './audit-words.ts'
import { PasswordLinkDialog } from './password-link-dialog.tsx'
import { DisableDialog, PersonDialog, SessionsDialog } from './user-dialogs.tsx'

type Dialog =
  | { readonly kind: 'create' }
  | { readonly kind: 'edit' | 'link' | 'password' | 'disable' | 'sessions'; readonly user: User }

/** People who sign in, and their roles. */
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
        <Listed query={users} empty={<Empty title="Nobody yet" />}>
          {(rows) => (
            <Table label="People" heads={['Name', 'Role', 'State', 'Last seen', actionsHead]}>
              {rows.map((user) => (
                <UserRow key={user.id} user={user} open={mayWrite ? setDialog : undefined} />
              ))}
            </Table>
          )}
        </Listed>
      </section>
      {dialog?.kind === 'create' && <PersonDialog close={close} done={done} />}
      {dialog?.kind === 'edit' && <PersonDialog user={dialog.user} close={close} done={done} />}
      {dialog?.kind === 'link' && <PasswordLinkDialog user={dialog.user} close={close} />}
      {dialog?.kind === 'password' && (
        <PasswordDialog
          of={dialog.user.name}
          path={`/admin/v1/users/${dialog.user.id}/password`}
          effect={`All sessions of ${dialog.user.name} end.`}
          close={close}
          done={done}
        />
      )}
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
  const may = useMay()
  return (
    <tr>
      <td>
        {user.name}
        <div className="second">{user.email}</div>
      </td>
      <td title={roleWords[user.role]}>{roleNames[user.role]}</td>
      <td>{user.isDisabled ? <State tone="quiet">Disabled</State> : <State tone="good">Signs in</State>}</td>
      <td>
        <LastUsed at={user.lastSeenAt} />
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
              {!user.isDisabled && (
                <Menu.Item onClick={() => open({ kind: 'link', user })}>Link for a new password…</Menu.Item>
              )}
              <Menu.Item onClick={() => open({ kind: 'password', user })}>Set password…</Menu.Item>
              <Menu.Item onClick={() => open({ kind: 'sessions', user })}>Sessions…</Menu.Item>
              {may('audit') && (
                <>
                  <Menu.Item component={Link} href={logOf({ subject: `user:${user.id}` })}>
                    Changes of the person
                  </Menu.Item>
                  <Menu.Item component={Link} href={logOf({ actor: `user:${user.id}` })}>
                    What the person did
                  </Menu.Item>
                </>
              )}
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
