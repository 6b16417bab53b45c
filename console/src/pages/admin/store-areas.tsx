import { Select } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import type { Place, Store } from '../../api/types.ts'
import { ActionForm, Effect, type DialogProps } from '../../parts/action-form.tsx'
import { useCodeAndName } from '../../parts/code-and-name.tsx'
import { Table } from '../../parts/listed.tsx'
import { Panel } from '../../parts/states.tsx'

/** Zones and concepts, which group stores; a series can be redeemable in the stores of one. */
export function AreasPanel({
  zones,
  concepts,
  stores,
}: {
  zones: readonly Place[]
  concepts: readonly Place[]
  stores: readonly Store[]
}) {
  if (zones.length + concepts.length === 0) return null
  const rows = [
    ...zones.map((area) => ['Zone', area, stores.filter(({ zoneId }) => zoneId === area.id)] as const),
    ...concepts.map(
      (area) => ['Concept', area, stores.filter(({ conceptId }) => conceptId === area.id)] as const,
    ),
  ]
  return (
    <Panel title="Zones and concepts">
      <Table label="Zones and concepts" heads={['Name', 'Kind', 'Stores']}>
        {rows.map(([kind, area, of]) => (
          <tr key={`${kind} ${area.id}`}>
            <td>
              {area.name}
              {area.code !== area.name && <div className="second">{area.code}</div>}
            </td>
            <td>{kind}</td>
            <td>{of.length === 0 ? 'None' : of.map(({ name }) => name).join(', ')}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  )
}

/** Creates a zone or concept. */
export function AreaDialog({ kind, close, done }: DialogProps & { kind: 'zone' | 'concept' }) {
  const { fields, given } = useCodeAndName('Cannot be changed.')
  const action = useAction(
    (body: { code: string; name: string }) => call(`/admin/v1/${kind}s`, { method: 'POST', body }),
    done,
  )
  return (
    <ActionForm
      title={`Add ${kind}`}
      verb="Add"
      action={action}
      close={close}
      asksReason={false}
      isIncomplete={given === null}
      submit={() => given && action.submit(given)}
    >
      {fields}
      <Effect>
        {kind === 'zone'
          ? 'A zone groups stores by area. '
          : 'A concept groups stores by kind, such as outlet or flagship. '}
        A series can be limited to the stores of one.
      </Effect>
    </ActionForm>
  )
}

interface AreasDialogProps extends DialogProps {
  readonly store: Store
  readonly zones: readonly Place[]
  readonly concepts: readonly Place[]
}

/** Assigns a store to a zone and a concept. */
export function AreasDialog({ store, zones, concepts, close, done }: AreasDialogProps) {
  const [zone, setZone] = useState(store.zoneId === null ? null : String(store.zoneId))
  const [concept, setConcept] = useState(store.conceptId === null ? null : String(store.conceptId))
  const idOf = (value: string | null): number | null => (value === null ? null : Number(value))
  const [version] = useState(store.version)
  const action = useAction(
    ({ reason, ...body }: { zoneId: number | null; conceptId: number | null; reason: string }, _key, newer) =>
      call(`/admin/v1/stores/${store.id}`, { method: 'PATCH', reason, body, version: newer ?? version }),
    done,
  )
  const select = (label: string, areas: readonly Place[], value: string | null, set: typeof setZone) => (
    <Select
      label={label}
      placeholder={areas.length === 0 ? 'There is none yet' : 'None'}
      clearable
      searchable
      disabled={areas.length === 0}
      clearButtonProps={{ 'aria-label': 'None' }}
      data={areas.map(({ id, name }) => ({ value: String(id), label: name }))}
      value={value}
      onChange={set}
    />
  )
  return (
    <ActionForm
      title={`Zone and concept of ${store.name}`}
      verb="Save"
      action={action}
      close={close}
      submit={(reason) => action.submit({ zoneId: idOf(zone), conceptId: idOf(concept), reason })}
    >
      {select('Zone', zones, zone, setZone)}
      {select('Concept', concepts, concept, setConcept)}
      <Effect>The places where series can be redeemed change from the next request on.</Effect>
    </ActionForm>
  )
}
