import { Button, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { accessGroupsQuery } from '../../api/admin-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { AccessGroup } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { actionsHead, Listed, Table } from '../../parts/listed.tsx'
import { LogLink } from '../../parts/log-link.tsx'
import { Empty, PageHead } from '../../parts/states.tsx'

type Access = AccessGroup['access']
type Level = Access[keyof Access]

const resources: readonly (readonly [keyof Access, string, string])[] = [
  ['customer', 'Customers', 'Find, register and change people'],
  ['coupon', 'Coupons', 'Issue, redeem, reverse: the work of a till'],
  ['series', 'Series', 'Terms of campaigns, and their codes'],
  ['organisation', 'Administration', 'Settings, stores, tills, clients, people, the audit log'],
  ['webhook', 'Webhooks', 'Receivers and their messages'],
]
const levels: readonly { readonly value: Level; readonly label: string }[] = [
  { value: 'none', label: 'Nothing' },
  { value: 'read', label: 'Reads' },
  { value: 'write', label: 'Reads and changes' },
]
const levelName = (level: Level): string => levels.find(({ value }) => value === level)?.label ?? level

/** Permissions of tills and clients. */
export default function AccessGroups() {
  const mayWrite = useMay()('organisation', 'write')
  const [edited, setEdited] = useState<AccessGroup | 'new' | null>(null)
  const groups = useQuery(accessGroupsQuery)
  return (
    <div className="page">
      <PageHead
        title="Access groups"
        lead="What tills and clients may do. People have roles instead."
        aside={
          mayWrite && (
            <Button leftSection={<Plus size={15} />} onClick={() => setEdited('new')}>
              Add group
            </Button>
          )
        }
      />
      <section className="panel">
        <Listed query={groups} empty={<Empty title="No groups">Tills cannot do anything yet.</Empty>}>
          {(rows) => (
            <Table label="Access groups" heads={['Name', ...resources.map(([, name]) => name), actionsHead]}>
              {rows.map((group) => (
                <tr key={group.id}>
                  <td>{group.name}</td>
                  {resources.map(([resource]) => (
                    <td key={resource} className={group.access[resource] === 'none' ? 'second' : undefined}>
                      {levelName(group.access[resource])}
                    </td>
                  ))}
                  <td className="right">
                    <div className="row-tools">
                      <LogLink kind="access-group" id={group.id} of={group.name} />
                      {mayWrite && (
                        <Button
                          size="compact-sm"
                          variant="default"
                          aria-label={`Change ${group.name}`}
                          onClick={() => setEdited(group)}
                        >
                          Change…
                        </Button>
                      )}
                    </div>
                  </td>
                </tr>
              ))}
            </Table>
          )}
        </Listed>
      </section>
      {edited && <GroupDialog group={edited === 'new' ? undefined : edited} close={() => setEdited(null)} />}
    </div>
  )
}

interface GroupBody {
  readonly name: string
  readonly access: Access
}
const nothing: Access = {
  customer: 'none',
  coupon: 'none',
  series: 'none',
  organisation: 'none',
  webhook: 'none',
}

function GroupDialog({ group, close }: { group: AccessGroup | undefined; close: () => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState(group?.name ?? '')
  const [access, setAccess] = useState<Access>(group?.access ?? nothing)
  // The version when the dialog was opened, regardless of later reads.
  const [version] = useState(group?.version)
  const action = useAction(
    ({ reason, ...body }: GroupBody & { reason: string }, _key, newer) =>
      group === undefined
        ? call('/admin/v1/access-groups', { method: 'POST', reason, body })
        : call(`/admin/v1/access-groups/${group.id}`, {
            method: 'PATCH',
            reason,
            body,
            version: newer ?? version,
          }),
    () => {
      for (const key of ['access-groups', 'tills', 'clients'])
        void queries.invalidateQueries({ queryKey: [key] })
      close()
    },
  )
  return (
    <ActionForm
      title={group ? `Change ${group.name}` : 'Add an access group'}
      verb={group ? 'Save' : 'Add'}
      action={action}
      close={close}
      asksReason={group !== undefined}
      isIncomplete={name.trim() === ''}
      submit={(reason) => action.submit({ name: name.trim(), access, reason })}
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
      {resources.map(([resource, label, description]) => (
        <Select
          key={resource}
          label={label}
          description={description}
          allowDeselect={false}
          data={[...levels]}
          value={access[resource]}
          onChange={(level) => level && setAccess({ ...access, [resource]: level })}
        />
      ))}
      {group && <Effect>It takes effect for its tills and clients within a second.</Effect>}
    </ActionForm>
  )
}
