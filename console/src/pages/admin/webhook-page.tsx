import { Alert, Button, Menu, Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation, useParams } from 'wouter'
import { call } from '../../api/call.ts'
import { webhookMessagesQuery, webhookQuery } from '../../api/admin-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Webhook, WebhookMessage } from '../../api/types.ts'
import { refusalWords } from '../../parts/action-form.tsx'
import { fromNow, plural, useFormats } from '../../parts/format.ts'
import { SecretDialog, type Secret } from '../../parts/secret-dialog.tsx'
import { actionsHead, Table } from '../../parts/listed.tsx'
import { Empty, Failed, Loading, PageHead, Panel, State } from '../../parts/states.tsx'
import { useFilter } from '../../parts/use-filter.ts'
import { DeleteDialog, MessageDialog, PauseDialog, ReplayDialog, RotateDialog } from './webhook-dialogs.tsx'
import { logOf } from './audit-words.ts'
import { WebhookForm } from './webhook-form.tsx'
import { eventName, identifierWords, messageStates, outcomeWords, stateOf } from './webhook-words.ts'

const refreshMs = 3_000

/** A webhook: its state and its messages. */
export default function WebhookPage() {
  const id = Number(useParams<{ id: string }>().id)
  const webhook = useQuery({ ...webhookQuery(id), refetchInterval: refreshMs })
  if (webhook.isPending) return <Loading rows={6} />
  if (webhook.isError && webhook.data === undefined)
    return <Failed error={webhook.error} retry={() => void webhook.refetch()} />
  return webhook.data && <Shown webhook={webhook.data} />
}

type Dialog = 'edit' | 'pause' | 'rotate' | 'replay' | 'delete' | null

function Shown({ webhook }: { webhook: Webhook }) {
  const may = useMay()
  const mayWrite = may('webhook', 'write')
  const queries = useQueryClient()
  const [, navigate] = useLocation()
  const [dialog, setDialog] = useState<Dialog>(null)
  const [secret, setSecret] = useState<Secret | null>(null)
  const [words, tone] = stateOf(webhook)
  const close = (): void => setDialog(null)
  const done = (shown: Secret | null): void => {
    void queries.invalidateQueries({ queryKey: ['webhooks'] })
    close()
    setSecret(shown)
  }
  /** Actions without a dialog: they can be undone the same way, or are harmless. */
  const now = useMutation({
    mutationFn: (path: string) =>
      call<{ messages?: number }>(`/admin/v1/webhooks/${webhook.id}/${path}`, { method: 'POST', body: {} }),
    onSuccess: ({ messages }, path) => {
      void queries.invalidateQueries({ queryKey: ['webhooks'] })
      if (path === 'test') notifications.show({ message: 'A test message is on its way.' })
      if (messages !== undefined)
        notifications.show({ message: `${plural(messages, 'message')} will be sent again.` })
    },
    onError: (error) => notifications.show({ color: 'red', message: refusalWords(error) }),
  })
  const isActive = webhook.state === 'active'
  return (
    <div className="page">
      <PageHead
        title={webhook.name}
        lead={<span className="break">{webhook.url}</span>}
        aside={
          mayWrite && (
            <>
              <Button
                variant="default"
                loading={now.isPending && now.variables === 'test'}
                onClick={() => now.mutate('test')}
              >
                Send a test
              </Button>
              <Button
                variant={isActive ? 'default' : 'filled'}
                loading={now.isPending && now.variables === 'resume'}
                onClick={() => (isActive ? setDialog('pause') : now.mutate('resume'))}
              >
                {isActive ? 'Pause…' : 'Resume'}
              </Button>
              <Menu position="bottom-end" withinPortal>
                <Menu.Target>
                  <Button variant="default" px={10} aria-label={`More actions for ${webhook.name}`}>
                    <Ellipsis size={16} />
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  {may('audit') && (
                    <Menu.Item component={Link} href={logOf({ subject: `webhook:${webhook.id}` })}>
                      Changes of the webhook
                    </Menu.Item>
                  )}
                  <Menu.Item onClick={() => setDialog('edit')}>Change…</Menu.Item>
                  <Menu.Item onClick={() => setDialog('rotate')}>New secret…</Menu.Item>
                  <Menu.Item onClick={() => setDialog('replay')}>Send again since…</Menu.Item>
                  <Menu.Item onClick={() => now.mutate('replay-parked')}>
                    Send parked messages again
                  </Menu.Item>
                  <Menu.Divider />
                  <Menu.Item color="red" onClick={() => setDialog('delete')}>
                    Delete…
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </>
          )
        }
      />
      {webhook.state === 'stopped' && (
        <Alert color="red" variant="outline" mb="md" title={words}>
          Nothing is sent any more. Events are not lost meanwhile: repair the receiver, then resume.
        </Alert>
      )}
      <Facts webhook={webhook} state={<State tone={tone}>{words}</State>} />
      <Messages webhook={webhook} />
      {dialog === 'edit' && <WebhookForm webhook={webhook} close={close} done={done} />}
      {dialog === 'pause' && <PauseDialog webhook={webhook} close={close} done={() => done(null)} />}
      {dialog === 'rotate' && <RotateDialog webhook={webhook} close={close} done={done} />}
      {dialog === 'replay' && <ReplayDialog webhook={webhook} close={close} done={() => done(null)} />}
      {dialog === 'delete' && (
        <DeleteDialog
          webhook={webhook}
          close={close}
          done={() => {
            queries.removeQueries({ queryKey: ['webhooks', webhook.id] })
            done(null)
            navigate('/webhooks')
          }}
        />
      )}
      {secret && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </div>
  )
}

function Facts({ webhook, state }: { webhook: Webhook; state: React.ReactNode }) {
  const formats = useFormats()
  const { identifiers, headerNames, failingSince, heldUntil, formerSecretUntil } = webhook
  const named = identifiers.map((one) => (identifierWords as Readonly<Record<string, string>>)[one] ?? one)
  return (
    <Panel title="Delivery">
      <div className="panel-body">
        <dl className="facts">
          <dt>State</dt>
          <dd>{state}</dd>
          {failingSince && (
            <>
              <dt>Fails since</dt>
              <dd>
                {formats.time(failingSince)}{' '}
                <span className="second">{plural(webhook.failures, 'attempt')}</span>
              </dd>
            </>
          )}
          {heldUntil && (
            <>
              <dt>Waits until</dt>
              <dd>{formats.time(heldUntil)}</dd>
            </>
          )}
          <dt>Is told of</dt>
          <dd>{webhook.eventNames.map(eventName).join(', ')}</dd>
          <dt>About the customer</dt>
          <dd>{['Id', ...named].join(', ')}</dd>
          {headerNames && headerNames.length > 0 && (
            <>
              <dt>Headers of its own</dt>
              <dd>{headerNames.join(', ')}</dd>
            </>
          )}
          <dt>At a time</dt>
          <dd>{plural(webhook.maxConnections, 'message')}</dd>
          {formerSecretUntil && (
            <>
              <dt>Old secret</dt>
              <dd>signs too until {formats.time(formerSecretUntil)}</dd>
            </>
          )}
        </dl>
      </div>
    </Panel>
  )
}

const filters = [
  { value: '', label: 'All messages' },
  { value: 'open', label: 'Wait' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'parked', label: 'Parked' },
]

function Messages({ webhook }: { webhook: Webhook }) {
  const filter = useFilter()
  const [opened, setOpened] = useState<WebhookMessage | null>(null)
  const state = filter.get('state')
  const list = useInfiniteQuery({ ...webhookMessagesQuery(webhook.id, state), refetchInterval: refreshMs })
  const messages = list.data?.pages.flat() ?? []
  return (
    <Panel
      title="Messages"
      aside={
        <Select
          size="xs"
          w={150}
          aria-label="Which messages"
          allowDeselect={false}
          data={filters}
          value={state}
          onChange={(value) => filter.set('state', value)}
        />
      }
    >
      {list.isPending ? (
        <Loading rows={5} />
      ) : list.isError ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : messages.length === 0 ? (
        <Empty title="None">
          {state === '' ? 'Nothing has happened since it was created.' : 'No message fits the filter.'}
        </Empty>
      ) : (
        <Table label="Messages" heads={['Event', 'Happened', 'State', 'Last attempt', actionsHead]}>
          {messages.map((message) => (
            <MessageRow key={message.eventId} message={message} open={() => setOpened(message)} />
          ))}
        </Table>
      )}
      {list.hasNextPage && (
        <div className="panel-body">
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Earlier ones
          </Button>
        </div>
      )}
      {opened && <MessageDialog webhook={webhook} message={opened} close={() => setOpened(null)} />}
    </Panel>
  )
}

function MessageRow({ message, open }: { message: WebhookMessage; open: () => void }) {
  const formats = useFormats()
  const [words, tone] = messageStates[message.state] ?? [message.state, 'quiet']
  return (
    <tr>
      <td>
        {eventName(message.eventName)}
        <div className="second">{message.refId}</div>
      </td>
      <td>{formats.time(message.occurredAt)}</td>
      <td>
        <State tone={tone}>{words}</State>
        {message.dueAt && message.attempts > 0 && (
          <div className="second">again {fromNow(message.dueAt)}</div>
        )}
      </td>
      <td>
        {message.lastOutcome === null ? 'None yet' : outcomeWords(message.lastOutcome)}
        {message.lastStatus !== null && <div className="second">HTTP {message.lastStatus}</div>}
      </td>
      <td className="right">
        <Button
          size="compact-sm"
          variant="default"
          title={`Attempts of ${eventName(message.eventName)} ${message.refId}`}
          onClick={open}
        >
          Details…
        </Button>
      </td>
    </tr>
  )
}
