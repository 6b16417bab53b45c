import { Button, Group, Menu, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronDown, Plus } from 'lucide-react'
import { useState } from 'react'
import { storesQuery, tillsQuery } from '../../api/admin-queries.ts'
import { placesQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Place, Store, Till } from '../../api/types.ts'
import { plural } from '../../parts/format.ts'
import { PasswordDialog } from '../../parts/password-dialog.tsx'
import { actionsHead, Table } from '../../parts/listed.tsx'
import { Empty, Failed, Loading, PageHead, Panel, State } from '../../parts/states.tsx'
import { ClientSettingsDialog } from './client-settings.tsx'
import { AreaDialog, AreasDialog, AreasPanel } from './store-areas.tsx'
import { RevokeTillDialog, StoreDialog, TillDialog } from './store-dialogs.tsx'
import { TillLookupsDialog } from './till-lookups.tsx'
import { HistoryButton } from '../history/history-button.tsx'

type Dialog =
  | { readonly kind: 'store' }
  | { readonly kind: 'till' | 'areas'; readonly store: Store }
  | { readonly kind: 'zone' | 'concept' }
  | { readonly kind: 'password' | 'answers' | 'lookups' | 'revoke'; readonly till: Till }

/** Stores, where coupons are issued and redeemed, and their tills. */
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
        <Table label={`Tills of ${store.name}`} heads={['Till', 'May do', 'State', actionsHead]}>
          {tills.map((till) => (
            <tr key={till.id}>
              <td className="code">{till.code}</td>
              <td>{till.accessGroup}</td>
              <td>
                {till.isRevoked ? <State tone="quiet">Revoked</State> : <State tone="good">Signs in</State>}
              </td>
              <td className="right">
                <HistoryButton name={till.code} subject={{ kind: 'till', id: till.id }} />
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
                      onClick={() => open({ kind: 'answers', till })}
                    >
                      Answers…
                    </Button>
                    <Button
                      size="compact-sm"
                      variant="default"
                      onClick={() => open({ kind: 'lookups', till })}
                    >
                      Codes…
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
        </Table>
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
      return (
        <PasswordDialog
          of={dialog.till.code}
          path={`/admin/v1/tills/${dialog.till.id}/password`}
          effect="The old one stops working within a second."
          close={close}
          done={done}
        />
      )
    case 'answers':
      return (
        <ClientSettingsDialog
          of={dialog.till.code}
          path={`/admin/v1/tills/${dialog.till.id}/client-settings`}
          stated={dialog.till.clientSettings}
          version={dialog.till.version}
          close={close}
          done={done}
        />
      )
    case 'lookups':
      return <TillLookupsDialog till={dialog.till} close={close} done={done} />
    case 'revoke':
      return <RevokeTillDialog till={dialog.till} close={close} done={done} />
    default:
      return dialog satisfies never
  }
}
