import { ActionIcon, Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import type { LookupType, Till } from '../../api/types.ts'
import { ActionForm, Effect, type DialogProps } from '../../parts/action-form.tsx'

/** The kinds of code by which a till can be named, and what each is. */
const kinds: Readonly<Record<LookupType, string>> = {
  WECHAT: 'WeChat account',
  MOBILE_TRIGGER: 'Mobile trigger',
  TILL: 'Till',
  TILL_CODE: 'Till code',
  STORE_CODE: 'Store code',
  STORE_NAME: 'Store name',
  STORE_EXTERNAL_ID: 'Store external id',
  STORE_EXTERNAL_ID_1: 'Store external id 1',
  STORE_EXTERNAL_ID_2: 'Store external id 2',
}

interface Row {
  readonly key: number
  readonly type: string
  readonly lookup: string
}

/** The codes of other systems that stand for one till. */
export function TillLookupsDialog({ till, close, done }: DialogProps & { readonly till: Till }) {
  const [rows, setRows] = useState<readonly Row[]>(till.lookups.map((one, key) => ({ ...one, key })))
  // As it was when the dialog was opened, whatever is read behind it.
  const [opened] = useState(till.version)
  const action = useAction(
    (body: { lookups: readonly Omit<Row, 'key'>[] }, _key, newer) =>
      call(`/admin/v1/tills/${till.id}/lookups`, { method: 'PUT', body, version: newer ?? opened }),
    done,
  )
  const change = (key: number, part: Partial<Row>): void =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)))
  return (
    <ActionForm
      title={`Codes that stand for ${till.code}`}
      verb="Save"
      action={action}
      close={close}
      asksReason={false}
      width={560}
      isIncomplete={rows.some(({ lookup }) => lookup.trim() === '')}
      submit={() => action.submit({ lookups: rows.map(({ type, lookup }) => ({ type, lookup })) })}
    >
      <Stack gap="xs">
        {rows.length === 0 && <div className="second">No code of another system stands for this till.</div>}
        {rows.map(({ key, type, lookup }, at) => (
          <Group key={key} gap="xs" wrap="nowrap">
            <Select
              aria-label={`Kind of code ${at + 1}`}
              w={190}
              allowDeselect={false}
              data={Object.entries(kinds).map(([value, label]) => ({ value, label }))}
              value={type}
              onChange={(value) => change(key, { type: value ?? type })}
            />
            <TextInput
              aria-label={`Code ${at + 1}`}
              flex={1}
              maxLength={200}
              value={lookup}
              onChange={({ currentTarget }) => change(key, { lookup: currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove code ${at + 1}`}
              onClick={() => setRows(rows.filter((row) => row.key !== key))}
            >
              <X size={15} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="default"
          leftSection={<Plus size={14} />}
          disabled={rows.length >= 100}
          onClick={() =>
            setRows([...rows, { key: (rows.at(-1)?.key ?? -1) + 1, type: 'WECHAT', lookup: '' }])
          }
        >
          Add code
        </Button>
      </Stack>
      <Effect>
        A request whose headers X-CAP-API-ATTRIBUTION-LOOKUP-TYPE and X-CAP-API-ATTRIBUTION-LOOKUP name one of
        these codes counts for this till. Codes are compared exactly, and each stands for one till. The change
        takes effect within a second.
      </Effect>
    </ActionForm>
  )
}
