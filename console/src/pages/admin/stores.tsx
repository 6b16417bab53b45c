import { Button, Group, Menu, PasswordInput, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronDown, Plus } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { storesQuery, tillsQuery } from '../../api/admin-queries.ts'
import { placesQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Place, Store, Till } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { useCodeAndName } from '../../parts/code-and-name.tsx'
import { plural } from '../../parts/format.ts'
import { Empty, Failed, Loading, PageHead, Panel, State } from '../../parts/states.tsx'
import { AreaDialog, AreasDialog, AreasPanel } from './store-areas.tsx'

type Dialog =
  | { readonly kind: 'store' }
  | { readonly kind: 'till' | 'areas'; readonly store: Store }
  | { readonly kind: 'zone' | 'concept' }
  | { readonly kind: 'password' | 'revoke'; readonly till: Till }

/** Where coupons are issued and redeemed, and the tills that stand there. */
export default function Stores() {
  const mayWrite = useMay()('organisation', 'write')
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const [text, setText] = useState('')
  const stores = useQuery(storesQuery)
  const tills = useQuery(tillsQuery)
  const zones = useQuery(placesQuery('ZONE')).data ?? []
  const concepts = useQuery(placesQuery('CONCEPT')).data ?? []
  const shown = (stores.data ?? []).filter(({ name, code }) =>
    `${name}\n${code}`.toLowerCase().includes(text.trim().toLowerCase()),
  )
  const error = stores.error ?? tills.error
  return (
    <div className="page">
      <PageHead
        title="Stores and tills"
        lead="A till signs in with its code and a password, and acts in its store."
        aside={
          mayWrite && (
            <>
              <Menu position="bottom-end" withinPortal>
                <Menu.Target>
                  <Button variant="default" rightSection={<ChevronDown size={14} />}>
                    Group stores
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => setDialog({ kind: 'zone' })}>Add zone…</Menu.Item>
                  <Menu.Item onClick={() => setDialog({ kind: 'concept' })}>Add concept…</Menu.Item>
                </Menu.Dropdown>
              </Menu>
              <Button leftSection={<Plus size={15} />} onClick={() => setDialog({ kind: 'store' })}>
                Add store
              </Button>
            </>
          )
        }
      />
      {stores.isPending || tills.isPending ? (
        <Loading rows={6} />
      ) : error ? (
        <Failed error={error} retry={() => void Promise.all([stores.refetch(), tills.refetch()])} />
      ) : stores.data?.length === 0 ? (
        <Empty title="No stores yet">Add the first one; then give it a till.</Empty>
      ) : (
        <>
          <TextInput
            mb="md"
            w={280}
            type="search"
            aria-label="Filter stores"
            placeholder="Name or code of a store"
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
          {shown.map((store) => (
            <StoreCard
              key={store.id}
              store={store}
              areas={[nameOf(zones, store.zoneId), nameOf(concepts, store.conceptId)]}
              tills={(tills.data ?? []).filter((one) => one.store === store.code)}
              open={mayWrite ? setDialog : undefined}
            />
          ))}
          {shown.length === 0 && <Empty title="None of these">No store fits the filter.</Empty>}
          <AreasPanel zones={zones} concepts={concepts} stores={stores.data ?? []} />
        </>
      )}
      {dialog && <DialogOf dialog={dialog} zones={zones} concepts={concepts} close={() => setDialog(null)} />}
    </div>
  )
}

const nameOf = (areas: readonly Place[], id: number | null): string | undefined =>
  areas.find((one) => one.id === id)?.name

interface StoreCardProps {
  readonly store: Store
  /** Names of its zone and concept. */
  readonly areas: readonly (string | undefined)[]
  readonly tills: readonly Till[]
  readonly open: ((dialog: Dialog) => void) | undefined
}

function StoreCard({ store, areas, tills, open }: StoreCardProps) {
  return (
    <Panel
      title={
        <>
          {store.name} <span className="second">{store.code}</span>
          {areas.filter(Boolean).map((name) => (
            <span key={name} className="second">
              {' '}
              · {name}
            </span>
          ))}
          {!store.isActive && <span className="second"> · not active</span>}
        </>
      }
      aside={
        open && (
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => open({ kind: 'areas', store })}>
              Zone and concept…
            </Button>
            <Button size="xs" variant="default" onClick={() => open({ kind: 'till', store })}>
              Add till
            </Button>
          </Group>
        )
      }
    >
      {tills.length === 0 ? (
        <div className="panel-body second">No tills: nobody can sign in here.</div>
      ) : (
        <table className="table" aria-label={`Tills of ${store.name}`}>
          <thead>
            <tr>
              <th>Till</th>
              <th>May do</th>
              <th>State</th>
              <th>
                <span className="sr">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tills.map((till) => (
              <tr key={till.id}>
                <td className="code">{till.code}</td>
                <td>{till.accessGroup}</td>
                <td>
                  {till.isRevoked ? <State tone="quiet">Revoked</State> : <State tone="good">Signs in</State>}
                </td>
                <td className="right">
                  {open && !till.isRevoked && (
                    <Button.Group className="row-tools">
                      <Button
                        size="compact-sm"
                        variant="default"
                        onClick={() => open({ kind: 'password', till })}
                      >
                        Password…
                      </Button>
                      <Button
                        size="compact-sm"
                        variant="default"
                        onClick={() => open({ kind: 'revoke', till })}
                      >
                        Revoke…
                      </Button>
                    </Button.Group>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <span className="sr">{plural(tills.length, 'till')}</span>
    </Panel>
  )
}

interface DialogOfProps {
  readonly dialog: Dialog
  readonly zones: readonly Place[]
  readonly concepts: readonly Place[]
  readonly close: () => void
}

function DialogOf({ dialog, zones, concepts, close }: DialogOfProps) {
  const queries = useQueryClient()
  const done = (): void => {
    void queries.invalidateQueries({ queryKey: ['places'] })
    void queries.invalidateQueries({ queryKey: ['tills'] })
    close()
  }
  switch (dialog.kind) {
    case 'store':
      return <StoreDialog close={close} done={done} />
    case 'till':
      return <TillDialog store={dialog.store} close={close} done={done} />
    case 'areas':
      return <AreasDialog store={dialog.store} zones={zones} concepts={concepts} close={close} done={done} />
    case 'zone':
    case 'concept':
      return <AreaDialog kind={dialog.kind} close={close} done={done} />
    case 'password':
      return <PasswordDialog till={dialog.till} close={close} done={done} />
    case 'revoke':
      return <RevokeTillDialog till={dialog.till} close={close} done={done} />
    default:
      return dialog satisfies never
  }
}

interface DialogProps {
  readonly close: () => void
  readonly done: () => void
}

function StoreDialog({ close, done }: DialogProps) {
  const { fields, given } = useCodeAndName('What tills and files know it by; cannot be changed.')
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

function TillDialog({ store, close, done }: DialogProps & { store: Store }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const action = useAction(
    (body: { name: string; password: string; storeId: number }) =>
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
      submit={() => action.submit({ name: name.trim(), password, storeId: store.id })}
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
        required
        withAsterisk={false}
        autoComplete="new-password"
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
    </ActionForm>
  )
}

function PasswordDialog({ till, close, done }: DialogProps & { till: Till }) {
  const [password, setPassword] = useState('')
  const action = useAction(
    ({ reason, ...body }: { password: string; reason: string }) =>
      call(`/admin/v1/tills/${till.id}/password`, { method: 'PUT', reason, body }),
    done,
  )
  return (
    <ActionForm
      title={`Another password for ${till.code}`}
      verb="Set password"
      action={action}
      close={close}
      isIncomplete={password === ''}
      submit={(reason) => action.submit({ password, reason })}
    >
      <PasswordInput
        label="New password"
        required
        withAsterisk={false}
        data-autofocus
        autoComplete="new-password"
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <Effect>The old one stops working within a second.</Effect>
    </ActionForm>
  )
}

function RevokeTillDialog({ till, close, done }: DialogProps & { till: Till }) {
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
