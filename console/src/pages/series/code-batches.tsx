import { Button, Checkbox, Group, Menu, Progress, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call, Refused, send } from '../../api/call.ts'
import { batchesQuery, codeFormQuery } from '../../api/series-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { CodeBatch, Series } from '../../api/types.ts'
import { ActionForm, Effect, refusalWords } from '../../parts/action-form.tsx'
import { saveFile } from '../../parts/download.ts'
import { count, plural, useFormats } from '../../parts/format.ts'
import { Empty, Failed, Loading, Panel, State, type Tone } from '../../parts/states.tsx'
import { CodeFormDialog } from './code-form-dialog.tsx'

const states: Readonly<Record<string, readonly [string, Tone]>> = {
  making: ['Being made', 'warn'],
  done: ['Made', 'good'],
  cancelled: ['Cancelled', 'quiet'],
  failed: ['Failed', 'bad'],
  voiding: ['Being voided', 'warn'],
  voided: ['Voided', 'quiet'],
}
const isMoving = ({ state }: CodeBatch): boolean => state === 'making' || state === 'voiding'

type Dialog = 'generate' | 'form' | { readonly void: CodeBatch } | { readonly export: CodeBatch } | null

/** Codes made beforehand would never be redeemed where each is drawn at issue for its holder alone. */
const takesCodes = ({ clientHandlingType, anyUser }: Series): boolean =>
  clientHandlingType === 'DISC_CODE_PIN' || (clientHandlingType === 'DISC_CODE' && anyUser)

/** Codes that are made beforehand, batch by batch. */
export function CodeBatches({ series }: { series: Series }) {
  const mayWrite = useMay()('campaign', 'write')
  const [dialog, setDialog] = useState<Dialog>(null)
  const batches = useQuery({
    ...batchesQuery(series.id),
    refetchInterval: ({ state }) => (state.data?.some(isMoving) ? 1_000 : false),
  })
  const form = useQuery(codeFormQuery(series.id)).data
  const close = (): void => setDialog(null)
  return (
    <Panel
      title="Codes made beforehand"
      aside={
        mayWrite && (
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => setDialog('form')}>
              Form of codes
            </Button>
            {takesCodes(series) && (
              <Button size="xs" onClick={() => setDialog('generate')}>
                Generate codes
              </Button>
            )}
          </Group>
        )
      }
    >
      {batches.isPending ? (
        <Loading rows={3} />
      ) : batches.isError ? (
        <Failed error={batches.error} retry={() => void batches.refetch()} />
      ) : batches.data.length === 0 ? (
        <Empty title="None">
          {takesCodes(series)
            ? 'Codes can be made by the million and exported once, for print or for another system.'
            : 'Each coupon of this series gets its code when it is issued.'}
        </Empty>
      ) : (
        <div className="scroll-x">
          <table className="table">
            <thead>
              <tr>
                <th>Ordered</th>
                <th>State</th>
                <th className="right">Codes</th>
                <th>Strength</th>
                <th>
                  <span className="sr">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {batches.data.map((batch) => (
                <BatchRow key={batch.id} batch={batch} mayWrite={mayWrite} open={setDialog} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {dialog === 'generate' && <GenerateDialog series={series} close={close} />}
      {dialog === 'form' && form && <CodeFormDialog seriesId={series.id} form={form} close={close} />}
      {dialog !== null && typeof dialog === 'object' && 'void' in dialog && (
        <VoidDialog batch={dialog.void} close={close} />
      )}
      {dialog !== null && typeof dialog === 'object' && 'export' in dialog && (
        <ExportDialog batch={dialog.export} series={series} close={close} />
      )}
    </Panel>
  )
}

/** "hit once in 2.5 million guesses" */
function strengthWords({ strength }: CodeBatch): string {
  const days = Number(strength.daysPerHit)
  if (days < 730) return `Guessed in ${plural(days, 'day')}`
  return days < 365_000 ? `Guessed in ${count(Math.round(days / 365))} years` : 'Not to be guessed'
}

interface BatchRowProps {
  readonly batch: CodeBatch
  readonly mayWrite: boolean
  readonly open: (dialog: Dialog) => void
}

function BatchRow({ batch, mayWrite, open }: BatchRowProps) {
  const formats = useFormats()
  const queries = useQueryClient()
  const [words, tone] = states[batch.state] ?? [batch.state, 'quiet']
  const cancel = useMutation({
    mutationFn: () => call(`/admin/v1/code-batches/${batch.id}/cancel`, { method: 'POST' }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['series', batch.seriesId] }),
    onError: (error) => notifications.show({ color: 'red', message: refusalWords(error) }),
  })
  const isVoidable = batch.state === 'done' || batch.state === 'cancelled' || batch.state === 'failed'
  const isExportable = batch.made > 0 && batch.exportedAt === null && isVoidable
  return (
    <tr>
      <td>{formats.time(batch.createdAt)}</td>
      <td>
        <State tone={tone} title={batch.failure ?? undefined}>
          {words}
        </State>
        {batch.state === 'making' && (
          <Progress
            mt={6}
            w={120}
            size="sm"
            value={(batch.made / batch.asked) * 100}
            aria-label={`${batch.made} of ${batch.asked} codes made`}
          />
        )}
        {batch.exportedAt && <div className="second">Exported {formats.time(batch.exportedAt)}</div>}
        {batch.failure && <div className="second">{batch.failure}</div>}
      </td>
      <td className="right">
        {count(batch.made)}
        {batch.made !== batch.asked && <div className="second">of {count(batch.asked)}</div>}
        {batch.voided > 0 && <div className="second">{count(batch.voided)} voided</div>}
      </td>
      <td title={`One in ${count(Number(batch.strength.guessesPerHit))} guesses hits`}>
        {batch.strength.weak ? <State tone="bad">{strengthWords(batch)}</State> : strengthWords(batch)}
      </td>
      <td className="right">
        {mayWrite && batch.state === 'making' && (
          <Button
            size="compact-sm"
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            Cancel
          </Button>
        )}
        {mayWrite && (isVoidable || isExportable) && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                aria-label={`Actions for the batch of ${formats.time(batch.createdAt)}`}
              >
                <Ellipsis size={16} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {isExportable && (
                <Menu.Item leftSection={<Download size={14} />} onClick={() => open({ export: batch })}>
                  Export codes…
                </Menu.Item>
              )}
              {isVoidable && (
                <Menu.Item color="red" onClick={() => open({ void: batch })}>
                  Void…
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </td>
    </tr>
  )
}

function GenerateDialog({ series, close }: { series: Series; close: () => void }) {
  const queries = useQueryClient()
  const [number, setNumber] = useState('')
  const [allowWeak, setAllowWeak] = useState(false)
  const form = useQuery(codeFormQuery(series.id)).data
  const action = useAction(
    ({ reason, ...body }: { count: number; allowWeak: boolean; reason: string }, key) =>
      call(`/admin/v1/series/${series.id}/codes`, { method: 'POST', key, reason, body }),
    () => {
      void queries.invalidateQueries({ queryKey: ['series', series.id] })
      close()
    },
  )
  const isWhole = /^[1-9]\d{0,7}$/.test(number)
  const isWeak = action.error instanceof Refused && action.error.code === 5007
  return (
    <ActionForm
      title="Generate codes"
      verb="Generate"
      action={action}
      close={close}
      isIncomplete={!isWhole}
      submit={(reason) => action.submit({ count: Number(number), allowWeak, reason })}
    >
      <TextInput
        label="How many"
        inputMode="numeric"
        required
        withAsterisk={false}
        data-autofocus
        error={number === '' || isWhole ? undefined : 'A whole number from 1 to 99999999'}
        value={number}
        onChange={({ currentTarget }) => setNumber(currentTarget.value.replaceAll(/[\s,.]/g, ''))}
      />
      {(isWeak || allowWeak) && (
        <Checkbox
          label="Make them although they can be guessed"
          checked={allowWeak}
          onChange={({ currentTarget }) => setAllowWeak(currentTarget.checked)}
        />
      )}
      <Effect>
        {isWhole ? plural(Number(number), 'code') : 'Codes'}{' '}
        {form && (
          <>
            of the form{' '}
            <span className="code">
              {form.prefix}
              {form.pattern}
              {form.suffix}
            </span>{' '}
          </>
        )}
        will wait until they are {series.clientHandlingType === 'DISC_CODE_PIN' ? 'issued' : 'redeemed'},
        until the series ends. The server goes on if you leave this page.
      </Effect>
    </ActionForm>
  )
}

function VoidDialog({ batch, close }: { batch: CodeBatch; close: () => void }) {
  const queries = useQueryClient()
  const action = useAction(
    ({ reason }: { reason: string }) =>
      call(`/admin/v1/code-batches/${batch.id}/void`, { method: 'POST', reason }),
    () => {
      void queries.invalidateQueries({ queryKey: ['series', batch.seriesId] })
      close()
    },
  )
  return (
    <ActionForm
      title={`Void ${plural(batch.made, 'code')}`}
      verb="Void"
      isDangerous
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect tone="warn">
        Every code of the batch that is neither issued nor redeemed stops working for good.{' '}
        <b>This cannot be undone.</b>
      </Effect>
    </ActionForm>
  )
}

function ExportDialog({ batch, series, close }: { batch: CodeBatch; series: Series; close: () => void }) {
  const queries = useQueryClient()
  const action = useAction(
    async ({ reason }: { reason: string }) => {
      const response = await send(`/admin/v1/code-batches/${batch.id}/codes.csv`, { reason })
      return response.blob()
    },
    (file) => {
      saveFile(`${series.seriesCode}-codes.csv`, file)
      void queries.invalidateQueries({ queryKey: ['series', batch.seriesId] })
      close()
    },
  )
  return (
    <ActionForm
      title={`Export ${plural(batch.made, 'code')}`}
      verb="Export"
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Stack gap="sm">
        <Effect tone="warn">
          Codes are money, so a batch is exported <b>once</b>. Keep the file where only those see it who print
          or send the codes.
        </Effect>
      </Stack>
    </ActionForm>
  )
}
