import { Checkbox, Stack, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call, Refused, send } from '../../api/call.ts'
import { codeFormQuery } from '../../api/series-queries.ts'
import type { CodeBatch, Series } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { saveFile } from '../../parts/download.ts'
import { plural } from '../../parts/format.ts'
import { drawnIn } from './code-sample.ts'
import { guessingTime, strengthOf } from './code-strength.ts'

export function GenerateDialog({ series, close }: { series: Series; close: () => void }) {
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
  // Codes already in circulation make them weaker, which only the server knows.
  const strength = form && isWhole ? strengthOf(form.alphabet.length, drawnIn(form), Number(number)) : null
  const isRefused = action.error instanceof Refused && action.error.code === 5007
  const isWeak = strength?.isWeak === true || isRefused
  return (
    <ActionForm
      title="Generate codes"
      verb="Generate"
      action={action}
      close={close}
      isIncomplete={!isWhole || (isWeak && !isRefused && !allowWeak)}
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
      {isWeak && (
        <Checkbox
          label="Make them although they can be guessed"
          description="Better: longer codes, by “Form of codes”."
          checked={allowWeak}
          onChange={({ currentTarget }) => setAllowWeak(currentTarget.checked)}
        />
      )}
      <Effect tone={isWeak ? 'warn' : undefined}>
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
        until the series ends.{' '}
        {strength && <>Ten guesses a second hit one in {guessingTime(strength.guessesPerHit)}. </>}
        The server continues if you leave this page.
      </Effect>
    </ActionForm>
  )
}

export function VoidDialog({ batch, close }: { batch: CodeBatch; close: () => void }) {
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

export function CancelDialog({ batch, close }: { batch: CodeBatch; close: () => void }) {
  const queries = useQueryClient()
  const action = useAction(
    ({ reason }: { reason: string }) =>
      call(`/admin/v1/code-batches/${batch.id}/cancel`, { method: 'POST', reason }),
    () => {
      void queries.invalidateQueries({ queryKey: ['series', batch.seriesId] })
      close()
    },
  )
  return (
    <ActionForm
      title="Cancel the batch"
      verb="Stop generating"
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect>No more codes are made. The codes that exist remain; they can be voided afterwards.</Effect>
    </ActionForm>
  )
}

export function ExportDialog({
  batch,
  series,
  close,
}: {
  batch: CodeBatch
  series: Series
  close: () => void
}) {
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
