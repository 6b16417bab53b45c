import { Button, CloseButton, Group, Input, Stack, Text, TextInput } from '@mantine/core'
import { Plus } from 'lucide-react'

/** A custom header of a webhook, as typed. */
export interface Header {
  /** Identifies the row while the dialog is open. */
  readonly row: number
  readonly name: string
  readonly value: string
}

/** In the form of the API, without rows that have no name. */
export const headersOf = (headers: readonly Header[]): Record<string, string> =>
  Object.fromEntries(
    headers.map(({ name, value }) => [name.trim(), value.trim()] as const).filter(([name]) => name !== ''),
  )

/** A row with only a name or only a value: a value that was not retyped would be lost. */
export const isHalf = ({ name, value }: Header): boolean => (name.trim() === '') !== (value.trim() === '')

/** The names of existing headers; their values may be secrets and are not returned. */
const namedHeaders = (names: readonly string[]): Header[] =>
  names.map((name, row) => ({ row, name, value: '' }))

interface WebhookHeadersProps {
  /** Names of the webhook's headers; null: they can no longer be decrypted. */
  readonly kept: readonly string[] | null
  /** Null: unchanged. */
  readonly headers: readonly Header[] | null
  readonly onChange: (headers: readonly Header[] | null) => void
}

/** Headers sent with every message, for receivers that require them. */
export function WebhookHeaders({ kept, headers, onChange }: WebhookHeadersProps) {
  const next = 1 + Math.max(-1, ...(headers ?? []).map(({ row }) => row))
  const change = (row: number, changed: Partial<Header>): void =>
    onChange((headers ?? []).map((one) => (one.row === row ? { ...one, ...changed } : one)))
  const add = (
    <Button
      size="compact-sm"
      variant="default"
      className="fit"
      leftSection={<Plus size={13} />}
      onClick={() => onChange([...(headers ?? []), { row: next, name: '', value: '' }])}
    >
      Add header
    </Button>
  )
  return (
    <Input.Wrapper
      labelElement="div"
      label="Headers of its own"
      description="Sent with every message, for a receiver that asks for a token. Values are not shown again."
    >
      <Stack gap={6} mt={6}>
        {headers === null ? (
          <Group gap="xs">
            <Text size="sm">{kept === null ? 'They cannot be read' : kept.join(', ')}</Text>
            <Button size="compact-sm" variant="default" onClick={() => onChange(namedHeaders(kept ?? []))}>
              Set anew
            </Button>
          </Group>
        ) : (
          <>
            {headers.map(({ row, name, value }, at) => (
              <Group key={row} gap={6} wrap="nowrap" align="flex-start">
                <TextInput
                  size="xs"
                  w={150}
                  className="code-field"
                  aria-label={`Name of header ${at + 1}`}
                  placeholder="Authorization"
                  maxLength={100}
                  value={name}
                  onChange={({ currentTarget }) => change(row, { name: currentTarget.value })}
                />
                <TextInput
                  size="xs"
                  flex={1}
                  className="code-field"
                  aria-label={`Value of header ${at + 1}`}
                  placeholder="Bearer …"
                  autoComplete="off"
                  maxLength={2_000}
                  value={value}
                  onChange={({ currentTarget }) => change(row, { value: currentTarget.value })}
                />
                <CloseButton
                  aria-label={`Remove header ${at + 1}`}
                  onClick={() => onChange(headers.filter((one) => one.row !== row))}
                />
              </Group>
            ))}
            {add}
          </>
        )}
      </Stack>
    </Input.Wrapper>
  )
}
