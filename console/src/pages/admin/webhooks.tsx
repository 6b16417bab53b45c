import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'wouter'
import { webhooksQuery } from '../../api/admin-queries.ts'
import { useMay } from '../../api/session.tsx'
import { useFormats } from '../../parts/format.ts'
import { SecretDialog, type Secret } from '../../parts/secret-dialog.tsx'
import { Listed, Table } from '../../parts/listed.tsx'
import { Empty, PageHead, State } from '../../parts/states.tsx'
import { WebhookForm } from './webhook-form.tsx'
import { eventName, stateOf } from './webhook-words.ts'

/** Webhooks, which report events of coupons to receivers. */
export default function Webhooks() {
  const mayWrite = useMay()('webhook', 'write')
  const formats = useFormats()
  const [isOpen, setIsOpen] = useState(false)
  const [secret, setSecret] = useState<Secret | null>(null)
  const webhooks = useQuery({ ...webhooksQuery, refetchInterval: 5_000 })
  return (
    <div className="page">
      <PageHead
        title="Webhooks"
        lead="Each webhook is a URL of yours that receives signed events about coupons, at least once."
        aside={
          mayWrite && (
            <Button leftSection={<Plus size={15} />} onClick={() => setIsOpen(true)}>
              Add webhook
            </Button>
          )
        }
      />
      <section className="panel">
        <Listed
          query={webhooks}
          empty={
            <Empty title="No webhooks yet">
              A webhook receives the events that occur after its creation.
            </Empty>
          }
        >
          {(rows) => (
            <Table label="Webhooks" heads={['Name', 'Is told of', 'State', 'Created']}>
              {rows.map((webhook) => {
                const [words, tone] = stateOf(webhook)
                return (
                  <tr key={webhook.id}>
                    <td>
                      <Link className="row-link" href={`/webhooks/${webhook.id}`}>
                        {webhook.name}
                      </Link>
                      <div className="second break">{webhook.url}</div>
                    </td>
                    <td>{webhook.eventNames.map(eventName).join(', ')}</td>
                    <td>
                      <State tone={tone}>{words}</State>
                    </td>
                    <td>{formats.day(webhook.createdAt)}</td>
                  </tr>
                )
              })}
            </Table>
          )}
        </Listed>
      </section>
      {isOpen && (
        <WebhookForm
          close={() => setIsOpen(false)}
          done={(created) => {
            setIsOpen(false)
            setSecret(created)
          }}
        />
      )}
      {secret && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </div>
  )
}
