import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { webhookMessageQuery } from '../../api/admin-queries.ts'
import { useMay, useSession } from '../../api/session.tsx'
import type { Webhook, WebhookMessage } from '../../api/types.ts'
import { ActionForm, Effect, refusalWords } from '../../parts/action-form.tsx'
import { count, useFormats } from '../../parts/format.ts'
import type { Secret } from '../../parts/secret-dialog.tsx'
import { Table } from '../../parts/listed.tsx'
import { Empty, Failed, Loading } from '../../parts/states.tsx'
import { eventName, outcomeWords } from './webhook-words.ts'

interface DialogProps {
  readonly webhook: Webhook
  readonly close: () => void
}

const overlaps = [
  { value: '0', label: 'None: the old one ends now' },
  { value: '24', label: 'A day' },
  { value: '168', label: 'A week' },
]

export function RotateDialog({
  webhook,
  close,
  done,
}: DialogProps & { readonly done: (secret: Secret) => void }) {
  const [overlap, setOverlap] = useState('24')
  const action = useAction(
    ({ reason, ...body }: { overlapHours: number; reason: string }) =>
      call<Secret>(`/admin/v1/webhooks/${webhook.id}/rotate-secret`, { method: 'POST', reason, body }),
    ({ secret }) => done({ name: webhook.name, secret }),
  )
  return (
    <ActionForm
      title={`Another secret for ${webhook.name}`}
      verb="Make new secret"
      action={action}
      close={close}
      submit={(reason) => action.submit({ overlapHours: Number(overlap), reason })}
    >
      <Select
        label="Both sign for"
        description="Meanwhile a receiver may verify with either."
        allowDeselect={false}
        data={overlaps}
        value={overlap}
        onChange={(value) => value && setOverlap(value)}
      />
      <Effect tone="warn">The new secret is shown once, in the next dialog.</Effect>
    </ActionForm>
  )
}

/** Sends events again from the beginning of a day. */
export function ReplayDialog({ webhook, close, done }: DialogProps & { readonly done: () => void }) {
  const formats = useFormats()
  const { timeZone } = useSession().organisation
  const [day, setDay] = useState(() => formats.isoDay(Date.now()))
  const action = useAction(
    ({ since, reason }: { since: string; reason: string }) =>
      call(`/admin/v1/webhooks/${webhook.id}/replay`, { method: 'POST', reason, body: { since } }),
    done,
  )
  return (
    <ActionForm
      title={`Send again to ${webhook.name}`}
      verb="Send again"
      action={action}
      close={close}
      isIncomplete={day === ''}
      submit={(reason) => action.submit({ since: beginningOf(day, timeZone), reason })}
    >
      <TextInput
        label="Since the beginning of"
        type="date"
        required
        withAsterisk={false}
        data-autofocus
        max={formats.isoDay(Date.now())}
        value={day}
        onChange={({ currentTarget }) => setDay(currentTarget.value)}
      />
      <Effect tone="warn">
        Everything of this day and later is sent once more, in order. The receiver knows what it has seen by
        the id of the event.
      </Effect>
    </ActionForm>
  )
}

/** The first instant of a day in the organisation's time zone. */
function beginningOf(day: string, timeZone: string): string {
  const midnightMs = Date.parse(`${day}T00:00:00Z`)
  const offsetAt = (instantMs: number): number => {
    const shown = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    }).format(instantMs)
    return Date.parse(`${shown.replace(' ', 'T')}Z`) - instantMs
  }
  // The second offset is correct if the clocks change between the two instants.
  const guessMs = midnightMs - offsetAt(midnightMs)
  return new Date(midnightMs - offsetAt(guessMs)).toISOString().replace('.000', '')
}

export function PauseDialog({ webhook, close, done }: DialogProps & { readonly done: () => void }) {
  const action = useAction(
    ({ reason }: { reason: string }) =>
      call(`/admin/v1/webhooks/${webhook.id}/pause`, { method: 'POST', reason }),
    done,
  )
  return (
    <ActionForm
      title={`Pause ${webhook.name}`}
      verb="Pause"
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect>Nothing more is sent until it is resumed. What happens meanwhile is sent then.</Effect>
    </ActionForm>
  )
}

export function DeleteDialog({ webhook, close, done }: DialogProps & { readonly done: () => void }) {
  const action = useAction(
    ({ reason }: { reason: string }) =>
      call(`/admin/v1/webhooks/${webhook.id}`, { method: 'DELETE', reason }),
    done,
  )
  return (
    <ActionForm
      title={`Delete ${webhook.name}`}
      verb="Delete"
      isDangerous
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect tone="warn">
        Nothing more is sent, and undelivered messages are deleted. <b>This cannot be undone.</b>
      </Effect>
    </ActionForm>
  )
}

/** A message and every attempt to deliver it. */
export function MessageDialog({
  webhook,
  message,
  close,
}: DialogProps & { readonly message: WebhookMessage }) {
  const mayWrite = useMay()('webhook', 'write')
  const formats = useFormats()
  const queries = useQueryClient()
  const read = useQuery({ ...webhookMessageQuery(webhook.id, message.eventId), refetchInterval: 3_000 })
  const again = useMutation({
    mutationFn: () =>
      call(`/admin/v1/webhooks/${webhook.id}/messages/${message.eventId}/replay`, { method: 'POST' }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['webhooks', webhook.id] })
      notifications.show({ message: 'It will be sent again.' })
      close()
    },
    onError: (error) => notifications.show({ color: 'red', message: refusalWords(error) }),
  })
  return (
    <Modal opened onClose={close} title={`${eventName(message.eventName)}: ${message.refId}`} size={620}>
      <Stack gap="sm">
        <dl className="facts">
          <dt>Happened</dt>
          <dd>{formats.time(message.occurredAt)}</dd>
          <dt>Event</dt>
          <dd className="code break">{message.eventId}</dd>
          {message.requestId && (
            <>
              <dt>Request</dt>
              <dd className="code break">{message.requestId}</dd>
            </>
          )}
          {read.data?.dueAt && (
            <>
              <dt>Next attempt</dt>
              <dd>{formats.time(read.data.dueAt)}</dd>
            </>
          )}
        </dl>
        {read.isPending ? (
          <Loading rows={3} />
        ) : read.isError ? (
          <Failed error={read.error} retry={() => void read.refetch()} />
        ) : read.data.attemptsMade.length === 0 ? (
          <Empty title="No attempt yet">It is sent as soon as its turn comes.</Empty>
        ) : (
          <div className="scroll-x tall" role="region" aria-label="Attempts" tabIndex={0}>
            <Table label="Attempts" heads={[['No.', 'right'], 'When', 'Outcome', ['Took', 'right']]}>
              {read.data.attemptsMade.map((attempt) => (
                <tr key={attempt.number}>
                  <td className="right">{attempt.number}</td>
                  <td>{formats.time(attempt.attemptedAt)}</td>
                  <td>
                    {outcomeWords(attempt.outcome)}
                    {attempt.httpStatus !== null && (
                      <span className="second"> HTTP {attempt.httpStatus}</span>
                    )}
                  </td>
                  <td className="right">{count(attempt.durationMs)} ms</td>
                </tr>
              ))}
            </Table>
          </div>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Close
          </Button>
          {mayWrite && (
            <Button loading={again.isPending} onClick={() => again.mutate()}>
              Send again
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}
