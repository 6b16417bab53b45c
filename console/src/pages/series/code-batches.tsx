import { Button, Group, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Download, Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { batchesQuery, codeFormQuery } from '../../api/series-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { CodeBatch, CodeForm, Series } from '../../api/types.ts'
import { count, useFormats } from '../../parts/format.ts'
import { actionsHead, Table } from '../../parts/listed.tsx'
import { Empty, Failed, Loading, Panel, State, type Tone } from '../../parts/states.tsx'
import { WorkProgress } from '../../parts/work-progress.tsx'
import { drawnIn, sampleOf } from './code-sample.ts'
import { guessingTime, isHard, strengthOf, unlimitedCodes } from './code-strength.ts'
import { CancelDialog, ExportDialog, GenerateDialog, VoidDialog } from './code-batch-dialogs.tsx'
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

type Dialog =
  | 'generate'
  | 'form'
  | { readonly cancel: CodeBatch }
  | { readonly void: CodeBatch }
  | { readonly export: CodeBatch }
  | null

/** Where each code is drawn at issue for its holder alone, pre-generated codes could never be redeemed. */
const takesCodes = ({ clientHandlingType, anyUser }: Series): boolean =>
  clientHandlingType === 'DISC_CODE_PIN' || (clientHandlingType === 'DISC_CODE' && anyUser)

/** The form of the series' codes, and its batches of pre-generated codes. */
export function Codes({ series }: { series: Series }) {
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
      title={takesCodes(series) ? 'Codes made beforehand' : 'Codes'}
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
      {form && <FormLine form={form} series={series} />}
      {batches.isPending ? (
        <Loading rows={3} />
      ) : batches.isError ? (
        <Failed error={batches.error} retry={() => void batches.refetch()} />
      ) : batches.data.length === 0 ? (
        takesCodes(series) && (
          <Empty title="None yet">
            Codes can be made by the million and exported once, for print or for another system.
          </Empty>
        )
      ) : (
        <Table
          label="Batches of codes"
          heads={['Ordered', 'State', ['Codes', 'right'], 'Strength', actionsHead]}
        >
          {batches.data.map((batch) => (
            <BatchRow key={batch.id} batch={batch} mayWrite={mayWrite} open={setDialog} />
          ))}
        </Table>
      )}
      {dialog === 'generate' && <GenerateDialog series={series} close={close} />}
      {dialog === 'form' && form && <CodeFormDialog seriesId={series.id} form={form} close={close} />}
      {dialog !== null && typeof dialog === 'object' && 'cancel' in dialog && (
        <CancelDialog batch={dialog.cancel} close={close} />
      )}
      {dialog !== null && typeof dialog === 'object' && 'void' in dialog && (
        <VoidDialog batch={dialog.void} close={close} />
      )}
      {dialog !== null && typeof dialog === 'object' && 'export' in dialog && (
        <ExportDialog batch={dialog.export} series={series} close={close} />
      )}
    </Panel>
  )
}

interface FormLineProps {
  readonly form: CodeForm
  readonly series: Series
}

/** The form, source and strength of codes in one line. */
function FormLine({ form, series }: FormLineProps) {
  const out = Math.max(series.numIssued + series.numUploadedNonIssued, series.maxCreate)
  const live = out > 0 ? out : unlimitedCodes
  const { guessesPerHit, isWeak } = strengthOf(form.alphabet.length, drawnIn(form), live)
  return (
    <div className="panel-note">
      <span className="code">{sampleOf(form)}</span>, for example.{' '}
      {!takesCodes(series) && 'Each coupon gets its code when it is issued. '}
      With {count(live)} of them out, ten guesses a second hit one in{' '}
      {isWeak ? <b>{guessingTime(guessesPerHit)}</b> : guessingTime(guessesPerHit)}.
    </div>
  )
}

function strengthWords({ strength }: CodeBatch): string {
  const guesses = Number(strength.guessesPerHit)
  return isHard(guesses) ? 'Hard to guess' : `Guessed in ${guessingTime(guesses)}`
}

interface BatchRowProps {
  readonly batch: CodeBatch
  readonly mayWrite: boolean
  readonly open: (dialog: Dialog) => void
}

function BatchRow({ batch, mayWrite, open }: BatchRowProps) {
  const formats = useFormats()
  const [words, tone] = states[batch.state] ?? [batch.state, 'quiet']
  const isVoidable = batch.state === 'done' || batch.state === 'cancelled' || batch.state === 'failed'
  const isExportable = batch.made > 0 && batch.exportedAt === null && isVoidable
  return (
    <tr>
      <td>{formats.time(batch.createdAt)}</td>
      <td>
        <State tone={tone} title={batch.failure ?? undefined}>
          {words}
        </State>
        {batch.state === 'making' && <WorkProgress done={batch.made} total={batch.asked} of="codes made" />}
        {batch.exportedAt && <div className="second">Exported {formats.time(batch.exportedAt)}</div>}
        {batch.failure && <div className="second">{batch.failure}</div>}
      </td>
      <td className="right">
        {count(batch.made)}
        {batch.made !== batch.asked && <div className="second nowrap">of {count(batch.asked)}</div>}
        {batch.voided > 0 && <div className="second">{count(batch.voided)} voided</div>}
      </td>
      <td title={`One in ${count(Number(batch.strength.guessesPerHit))} guesses hits`}>
        {batch.strength.weak ? <State tone="bad">{strengthWords(batch)}</State> : strengthWords(batch)}
      </td>
      <td className="right">
        {mayWrite && batch.state === 'making' && (
          <Button size="compact-sm" variant="default" onClick={() => open({ cancel: batch })}>
            Cancel…
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
