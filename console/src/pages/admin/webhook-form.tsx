import { Checkbox, SimpleGrid, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import type { Webhook } from '../../api/types.ts'
import { ActionForm } from '../../parts/action-form.tsx'
import type { Secret } from '../../parts/secret-dialog.tsx'
import { headersOf, isHalf, WebhookHeaders, type Header } from './webhook-headers.tsx'
import { eventWords, identifierWords } from './webhook-words.ts'

interface Body {
  readonly name: string
  readonly url: string
  readonly eventNames: readonly string[]
  readonly identifiers: readonly string[]
  /** Absent: unchanged. */
  readonly headers?: Readonly<Record<string, string>>
}

interface WebhookFormProps {
  /** Absent: a new webhook is created. */
  readonly webhook?: Webhook
  readonly close: () => void
  /** Called with the secret if there is a new one. */
  readonly done: (secret: Secret | null) => void
}

/** The settings of a webhook: its URL, and its events. */
export function WebhookForm({ webhook, close, done }: WebhookFormProps) {
  const queries = useQueryClient()
  const [name, setName] = useState(webhook?.name ?? '')
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [eventNames, setEventNames] = useState<string[]>(
    webhook?.eventNames ?? ['CouponIssue', 'CouponRedeem', 'CouponReversal'],
  )
  const [identifiers, setIdentifiers] = useState<string[]>(webhook?.identifiers ?? [])
  const kept = webhook ? webhook.headerNames : []
  const [headers, setHeaders] = useState<readonly Header[] | null>(kept?.length === 0 ? [] : null)
  const [version] = useState(webhook?.version)
  const action = useAction(
    ({ reason, ...body }: Body & { reason: string }, _key, newer) =>
      webhook === undefined
        ? call<Partial<Secret> & { name: string }>('/admin/v1/webhooks', { method: 'POST', reason, body })
        : call<Partial<Secret> & { name: string }>(`/admin/v1/webhooks/${webhook.id}`, {
            method: 'PATCH',
            reason,
            body,
            version: newer ?? version,
          }),
    ({ name: called, secret }) => {
      void queries.invalidateQueries({ queryKey: ['webhooks'] })
      done(secret === undefined ? null : { name: called, secret })
    },
  )
  return (
    <ActionForm
      title={webhook ? `Change ${webhook.name}` : 'Add webhook'}
      verb={webhook ? 'Save' : 'Add'}
      width={560}
      action={action}
      close={close}
      asksReason={webhook !== undefined}
      isIncomplete={
        name.trim() === '' || url.trim() === '' || eventNames.length === 0 || headers?.some(isHalf) === true
      }
      submit={(reason) =>
        action.submit({
          name: name.trim(),
          url: url.trim(),
          eventNames,
          identifiers,
          ...(headers && { headers: headersOf(headers) }),
          reason,
        })
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
      <TextInput
        label="URL"
        description="https, at a public address."
        required
        withAsterisk={false}
        inputMode="url"
        maxLength={2_000}
        value={url}
        onChange={({ currentTarget }) => setUrl(currentTarget.value)}
      />
      <Choice label="Is told of" words={eventWords} value={eventNames} onChange={setEventNames} />
      <Choice
        label="Is told about the customer, beside the id"
        words={identifierWords}
        value={identifiers}
        onChange={setIdentifiers}
      />
      <WebhookHeaders kept={kept} headers={headers} onChange={setHeaders} />
    </ActionForm>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly words: Readonly<Record<string, string>>
  readonly value: string[]
  readonly onChange: (value: string[]) => void
}

function Choice({ label, words, value, onChange }: ChoiceProps) {
  return (
    <Checkbox.Group label={label} value={value} onChange={onChange}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" verticalSpacing={6} mt={6}>
        {Object.entries(words).map(([name, text]) => (
          <Checkbox key={name} value={name} label={text} />
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  )
}
