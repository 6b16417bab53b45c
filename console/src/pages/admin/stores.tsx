import { Button, Group, Menu, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronDown, Plus } from 'lucide-react'
import { useState } from 'react'
import { storesQuery, tillsQuery } from '../../api/admin-queries.ts'
import { placesQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Place, Store, Till } from '../../api/types.ts'
import { plural } from '../../parts/format.ts'
import { PasswordDialog } from '../../parts/password-dialog.tsx'
import { Empty, Failed, Loading, PageHead } from '../../parts/states.tsx'
import { ClientSettingsDialog } from './client-settings.tsx'
import { StoreCard, type StoreDialogOf } from './store-card.tsx'
import { AreaDialog, AreasDialog, AreasPanel } from './store-areas.tsx'
import { RevokeTillDialog, StoreDialog, TillDialog } from './store-dialogs.tsx'
import { TillLookupsDialog } from './till-lookups.tsx'

type Dialog = { readonly kind: 'store' } | { readonly kind: 'zone' | 'concept' } | StoreDialogOf

/** Above this, the tills of each store are closed until somebody opens them. */
const fewStores = 12
/** Stores that are shown at once; a search finds the others. */
const shownAtOnce = 50

/** Stores, where coupons are issued and redeemed, and their tills. */
export default function Stores() {
  const mayWrite = useMay()('organisation', 'write')
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const [text, setText] = useState('')
  const stores = useQuery(storesQuery)
  const tills = useQuery(tillsQuery)
  const zones = useQuery(placesQuery('ZONE')).data ?? []
  const concepts = useQuery(placesQuery('CONCEPT')).data ?? []
  const [count, setCount] = useState(shownAtOnce)
  const tillsOf = tillsByStore(tills.data ?? [])
  const areasOf = ({ zoneId, conceptId }: Store) => [nameOf(zones, zoneId), nameOf(concepts, conceptId)]
  const words = text.toLowerCase().split(/\s+/)
  const found = (stores.data ?? [])
    .filter((store) => {
      const codes = (tillsOf.get(store.code) ?? []).map(({ code }) => code)
      const all = [store.name, store.code, ...areasOf(store), ...codes].join('\n').toLowerCase()
      return words.every((word) => all.includes(word))
    })
    .toSorted((one, other) => one.name.localeCompare(other.name))
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
          <Group mb="md" gap="sm">
            <TextInput
              w={280}
              type="search"
              aria-label="Filter stores"
              placeholder="Store, till, zone or concept"
              value={text}
              onChange={({ currentTarget }) => {
                setText(currentTarget.value)
                setCount(shownAtOnce)
              }}
            />
            <Text size="sm" c="dimmed" aria-live="polite">
              {found.length === stores.data?.length
                ? plural(found.length, 'store')
                : `${found.length} of ${plural(stores.data?.length ?? 0, 'store')}`}
              ,{' '}
              {plural(
                found.reduce((all, { code }) => all + (tillsOf.get(code)?.length ?? 0), 0),
                'till',
              )}
            </Text>
          </Group>
          {found.slice(0, count).map((store) => (
            <StoreCard
              key={store.id}
              store={store}
              areas={areasOf(store)}
              tills={tillsOf.get(store.code) ?? []}
              isOpenAtFirst={found.length <= fewStores}
              open={mayWrite ? setDialog : undefined}
            />
          ))}
          {found.length > count && (
            <Button variant="default" mb="md" onClick={() => setCount(count + shownAtOnce)}>
              Show {Math.min(shownAtOnce, found.length - count)} more
            </Button>
          )}
          {found.length === 0 && <Empty title="None of these">No store fits the filter.</Empty>}
          <AreasPanel zones={zones} concepts={concepts} stores={stores.data ?? []} />
        </>
      )}
      {dialog && <DialogOf dialog={dialog} zones={zones} concepts={concepts} close={() => setDialog(null)} />}
    </div>
  )
}

function tillsByStore(tills: readonly Till[]): ReadonlyMap<string, Till[]> {
  const byStore = new Map<string, Till[]>()
  for (const till of tills) {
    const known = byStore.get(till.store)
    if (known === undefined) byStore.set(till.store, [till])
    else known.push(till)
  }
  return byStore
}

const nameOf = (areas: readonly Place[], id: number | null): string | undefined =>
  areas.find((one) => one.id === id)?.name

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
