import { SegmentedControl, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { mergePreviewQuery } from '../../api/history-queries.ts'
import type { MergePreview } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { CustomerSelect } from '../../parts/customer-select.tsx'
import { count, nameOf } from '../../parts/format.ts'
import { Failed, isStale } from '../../parts/states.tsx'
import type { DialogProps } from './care-actions.tsx'

type Side = MergePreview['survivor']

const facts: readonly (readonly [string, (side: Side) => string])[] = [
  ['Name', (side) => nameOf(side)],
  ['Found by', ({ identifiers }) => identifiers.map(({ value }) => value).join(', ')],
  ['Coupons', ({ coupons, workingCoupons }) => `${count(coupons)}, ${count(workingCoupons)} working`],
  ['Redemptions', ({ redemptions }) => count(redemptions)],
  ['Blocked', ({ isBlocked }) => (isBlocked ? 'yes' : 'no')],
]

function Sides({ survivor, retired }: Pick<MergePreview, 'survivor' | 'retired'>) {
  return (
    <Table aria-label="The two customers" withRowBorders={false} verticalSpacing={2}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th aria-label="What" />
          <Table.Th>Remains: {survivor.id}</Table.Th>
          <Table.Th>Is merged: {retired.id}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {facts.map(([name, words]) => (
          <Table.Tr key={name}>
            <Table.Th fw={400}>{name}</Table.Th>
            <Table.Td className="break">{words(survivor)}</Table.Td>
            <Table.Td className="break">{words(retired)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** Merges two customers who are one person, after showing what it will do. */
export function MergeDialog({ asked: { name }, customerId, close, done }: DialogProps<'merge'>) {
  const [, navigate] = useLocation()
  const [otherId, setOtherId] = useState<number>()
  const [remains, setRemains] = useState<'this' | 'other'>('this')
  const [survivorId, retiredId] =
    otherId !== undefined && remains === 'other' ? [otherId, customerId] : [customerId, otherId]
  const query = useQuery(mergePreviewQuery(survivorId, retiredId))
  const preview = query.isFetching ? undefined : query.data
  const action = useAction(
    ({ reason, versions }: { reason: string; versions: MergePreview }, key) =>
      call(`/admin/v1/customers/${versions.survivor.id}/merge`, {
        method: 'POST',
        key,
        reason,
        version: versions.survivor.version,
        body: { retiredId: versions.retired.id, retiredVersion: versions.retired.version },
      }),
    (_, { versions: { survivor, retired } }) => {
      done(`Customer ${retired.id} is merged into customer ${survivor.id}.`)
      if (survivor.id !== customerId) navigate(`/customers/${survivor.id}`)
    },
  )
  // What is for good is not done over a change that nobody has seen: the preview is read again.
  const { isStale: isOutdated } = action
  const { refetch } = query
  useEffect(() => {
    if (isOutdated) void refetch()
  }, [isOutdated, refetch])
  return (
    <ActionForm
      title={`Merge ${name} with another customer`}
      verb="Merge for good"
      isDangerous
      width={620}
      action={{ ...action, isStale: false, error: isOutdated ? null : action.error }}
      close={close}
      isIncomplete={preview === undefined}
      submit={(reason) => preview && action.submit({ reason, versions: preview })}
    >
      <CustomerSelect
        label="The other customer"
        placeholder="Name, number, address or id"
        except={customerId}
        value={otherId}
        onChange={setOtherId}
      />
      {otherId !== undefined && (
        <SegmentedControl
          aria-label="Who remains"
          fullWidth
          value={remains}
          onChange={(value) => setRemains(value === 'other' ? 'other' : 'this')}
          data={[
            { value: 'this', label: `Customer ${customerId} remains` },
            { value: 'other', label: `Customer ${otherId} remains` },
          ]}
        />
      )}
      {query.isError && !isStale(query) && <Failed error={query.error} retry={() => void query.refetch()} />}
      {isOutdated && (
        <Effect tone="bad">One of the customers was changed meanwhile. This is how it is now.</Effect>
      )}
      {preview && (
        <>
          <Sides {...preview} />
          <Effect tone="warn">
            <ul className="effects">
              {preview.effects.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </Effect>
        </>
      )}
    </ActionForm>
  )
}
