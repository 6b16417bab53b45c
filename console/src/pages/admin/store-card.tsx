import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import type { Store, Till } from '../../api/types.ts'
import { fromNow, plural } from '../../parts/format.ts'
import { LastUsed } from '../../parts/last-used.tsx'
import { actionsHead, Table } from '../../parts/listed.tsx'
import { LogLink } from '../../parts/log-link.tsx'
import { Panel, State } from '../../parts/states.tsx'
import { HistoryButton } from '../history/history-button.tsx'

/** What is done to a store or a till in a dialog. */
export type StoreDialogOf =
  | { readonly kind: 'till' | 'areas'; readonly store: Store }
  | { readonly kind: 'password' | 'answers' | 'lookups' | 'revoke'; readonly till: Till }

interface StoreCardProps {
  readonly store: Store
  /** Names of its zone and concept. */
  readonly areas: readonly (string | undefined)[]
  readonly tills: readonly Till[]
  /** Whether its tills are shown until the person decides. */
  readonly isOpenAtFirst: boolean
  readonly open: ((dialog: StoreDialogOf) => void) | undefined
}

/** A store and its tills, which are closed in a long list. */
export function StoreCard({ store, areas, tills, isOpenAtFirst, open }: StoreCardProps) {
  const [chosen, setChosen] = useState<boolean | null>(null)
  const isOpen = chosen ?? isOpenAtFirst
  const lastUsed = tills.map(({ lastUsedAt }) => lastUsedAt ?? '').reduce((a, b) => (a > b ? a : b), '')
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
          {!isOpen && lastUsed !== '' && <span className="second"> · last used {fromNow(lastUsed)}</span>}
        </>
      }
      aside={
        <Group gap="xs">
          {!isOpenAtFirst && (
            <Button
              size="xs"
              variant="default"
              aria-expanded={isOpen}
              aria-label={`${plural(tills.length, 'till')} of ${store.name}`}
              onClick={() => setChosen(!isOpen)}
            >
              {plural(tills.length, 'till')}
            </Button>
          )}
          {isOpen && <LogLink kind="store" id={store.id} of={store.name} size="xs" />}
          {isOpen && open && (
            <>
              <Button size="xs" variant="default" onClick={() => open({ kind: 'areas', store })}>
                Zone and concept…
              </Button>
              <Button size="xs" variant="default" onClick={() => open({ kind: 'till', store })}>
                Add till
              </Button>
            </>
          )}
        </Group>
      }
    >
      {isOpen && <Tills store={store} tills={tills} open={open} />}
    </Panel>
  )
}

const actions = [
  ['password', 'Password…'],
  ['answers', 'Answers…'],
  ['lookups', 'Codes…'],
  ['revoke', 'Revoke…'],
] as const

function Tills({ store, tills, open }: Pick<StoreCardProps, 'store' | 'tills' | 'open'>) {
  if (tills.length === 0) return <div className="panel-body second">No tills: nobody can sign in here.</div>
  return (
    <Table label={`Tills of ${store.name}`} heads={['Till', 'May do', 'State', 'Last used', actionsHead]}>
      {tills.map((till) => (
        <tr key={till.id}>
          <td className="code">{till.code}</td>
          <td>{till.accessGroup}</td>
          <td>
            {till.isRevoked ? <State tone="quiet">Revoked</State> : <State tone="good">Signs in</State>}
          </td>
          <td>
            <LastUsed at={till.lastUsedAt} />
          </td>
          <td className="right">
            <div className="row-tools">
              <HistoryButton name={till.code} subject={{ kind: 'till', id: till.id }} />
              {open &&
                !till.isRevoked &&
                actions.map(([kind, words]) => (
                  <Button key={kind} size="compact-sm" variant="default" onClick={() => open({ kind, till })}>
                    {words}
                  </Button>
                ))}
            </div>
          </td>
        </tr>
      ))}
    </Table>
  )
}
