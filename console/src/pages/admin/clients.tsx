import { Button, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { accessGroupsQuery, clientsQuery, tillsQuery } from '../../api/admin-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Client } from '../../api/types.ts'
import { ClientSettingsDialog } from './client-settings.tsx'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { LastUsed } from '../../parts/last-used.tsx'
import { SecretDialog, type Secret } from '../../parts/secret-dialog.tsx'
import { actionsHead, Listed, Table } from '../../parts/listed.tsx'
import { Empty, PageHead, State } from '../../parts/states.tsx'
import { HistoryButton } from '../history/history-button.tsx'

type Dialog =
  | { readonly kind: 'create' }
  | { readonly kind: 'rotate' | 'answers' | 'revoke'; readonly client: Client }

/** Programs that sign in with a key and a secret. */
export default function Clients() {
  const mayWrite = useMay()('organisation', 'write')
  const queries = useQueryClient()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const [secret, setSecret] = useState<Secret | null>(null)
  const clients = useQuery(clientsQuery)
  const close = (): void => setDialog(null)
  const done = (shown: Secret | null): void => {
    void queries.invalidateQueries({ queryKey: ['clients'] })
    close()
    setSecret(shown)
  }
  return (
    <div className="page">
      <PageHead
        title="Clients"
        lead="Web shops, apps and tools: each has a key and a secret, and acts as a till."
        aside={
          mayWrite && (
            <Button leftSection={<Plus size={15} />} onClick={() => setDialog({ kind: 'create' })}>
              Add client
            </Button>
          )
        }
      />
      <section className="panel">
        <Listed
          query={clients}
          empty={
            <Empty title="No clients yet">A client exchanges its key and secret for an access token.</Empty>
          }
        >
          {(rows) => (
            <Table
              label="Clients"
              heads={['Name', 'Key', 'Acts as till', 'May do', 'State', 'Last used', actionsHead]}
            >
              {rows.map((client) => (
                <tr key={client.id}>
                  <td>{client.name}</td>
                  <td className="code">{client.key}</td>
                  <td className="code">{client.till}</td>
                  <td>{client.accessGroup}</td>
                  <td>
                    {client.isRevoked ? (
                      <State tone="quiet">Revoked</State>
                    ) : (
                      <State tone="good">Signs in</State>
                    )}
                  </td>
                  <td>
                    <LastUsed at={client.lastUsedAt} />
                  </td>
                  <td className="right">
                    <div className="row-tools">
                      <HistoryButton name={client.name} subject={{ kind: 'client', id: client.id }} />
                      {mayWrite && !client.isRevoked && (
                        <>
                          <Button
                            size="compact-sm"
                            variant="default"
                            onClick={() => setDialog({ kind: 'rotate', client })}
                          >
                            New secret…
                          </Button>
                          <Button
                            size="compact-sm"
                            variant="default"
                            onClick={() => setDialog({ kind: 'answers', client })}
                          >
                            Answers…
                          </Button>
                          <Button
                            size="compact-sm"
                            variant="default"
                            onClick={() => setDialog({ kind: 'revoke', client })}
                          >
                            Revoke…
                          </Button>
                        </>
                      )}
                    </div>
                  </td>
                </tr>
              ))}
            </Table>
          )}
        </Listed>
      </section>
      {dialog?.kind === 'create' && <CreateDialog close={close} done={done} />}
      {dialog?.kind === 'rotate' && <RotateDialog client={dialog.client} close={close} done={done} />}
      {dialog?.kind === 'answers' && (
        <ClientSettingsDialog
          of={dialog.client.name}
          path={`/admin/v1/clients/${dialog.client.id}/client-settings`}
          stated={dialog.client.clientSettings}
          version={dialog.client.version}
          close={close}
          done={() => done(null)}
        />
      )}
      {dialog?.kind === 'revoke' && <RevokeDialog client={dialog.client} close={close} done={done} />}
      {secret && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </div>
  )
}

interface DialogProps {
  readonly close: () => void
  readonly done: (secret: Secret | null) => void
}

function CreateDialog({ close, done }: DialogProps) {
  const tills = useQuery(tillsQuery).data ?? []
  const [name, setName] = useState('')
  const [till, setTill] = useState<string | null>(null)
  const [group, setGroup] = useState<string | null>(null)
  const groups = useQuery(accessGroupsQuery).data ?? []
  const action = useAction(
    (body: { name: string; till: string; accessGroup?: string }) =>
      call<Secret>('/admin/v1/clients', { method: 'POST', body }),
    done,
  )
  return (
    <ActionForm
      title="Add client"
      verb="Add"
      action={action}
      close={close}
      asksReason={false}
      isIncomplete={name.trim() === '' || till === null}
      submit={() =>
        till !== null && action.submit({ name: name.trim(), till, ...(group && { accessGroup: group }) })
      }
    >
      <TextInput
        label="Name"
        required
        withAsterisk={false}
        data-autofocus
        maxLength={200}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Select
        label="Acts as till"
        description="Its actions are attributed to this till."
        searchable
        required
        withAsterisk={false}
        data={tills
          .filter(({ isRevoked }) => !isRevoked)
          .map(({ code, store }) => ({ value: code, label: `${code} (${store})` }))}
        value={till}
        onChange={setTill}
      />
      <Select
        label="May do"
        placeholder="What the till may"
        clearable
        clearButtonProps={{ 'aria-label': 'What the till may' }}
        data={groups.map((one) => one.name)}
        value={group}
        onChange={setGroup}
      />
    </ActionForm>
  )
}

function RotateDialog({ client, close, done }: DialogProps & { client: Client }) {
  const action = useAction(
    ({ reason }: { reason: string }) =>
      call<Secret>(`/admin/v1/clients/${client.id}/rotate-secret`, { method: 'POST', reason }),
    done,
  )
  return (
    <ActionForm
      title={`Another secret for ${client.name}`}
      verb="Make new secret"
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect tone="warn">
        The old secret stops working. Tokens obtained with it remain valid until they expire. The new secret
        is shown once.
      </Effect>
    </ActionForm>
  )
}

function RevokeDialog({ client, close, done }: DialogProps & { client: Client }) {
  const action = useAction(
    ({ reason }: { reason: string }) =>
      call(`/admin/v1/clients/${client.id}/revoke`, { method: 'POST', reason }),
    () => done(null),
  )
  return (
    <ActionForm
      title={`Revoke ${client.name}`}
      verb="Revoke"
      isDangerous
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect tone="warn">
        The client and its tokens stop working at once. <b>This cannot be undone.</b>
      </Effect>
    </ActionForm>
  )
}
