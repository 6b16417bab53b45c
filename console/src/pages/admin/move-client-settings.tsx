import { Alert, Button, FileInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Download, Upload } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { useMay } from '../../api/session.tsx'
import type { ImportedClientSettings } from '../../api/types.ts'
import { ActionForm, Effect, refusalWords, type DialogProps } from '../../parts/action-form.tsx'
import { saveFile } from '../../parts/download.ts'
import { plural } from '../../parts/format.ts'
import { Table } from '../../parts/listed.tsx'
import { wordsOf } from '../../parts/states.tsx'

const path = '/admin/v1/client-settings/stated'

/** Saves the settings of programs that call as a file, and imports such a file. */
export function MoveClientSettings() {
  const may = useMay()
  const queries = useQueryClient()
  const [isImporting, setImporting] = useState(false)
  const save = useMutation({
    mutationFn: () => call<object>(path),
    onSuccess: (document) =>
      saveFile(
        'settings-of-programs.json',
        new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: 'application/json' }),
      ),
    onError: (error) => notifications.show({ color: 'red', message: `Not exported: ${wordsOf(error)}` }),
  })
  const close = (): void => setImporting(false)
  const done = (): void => {
    for (const name of ['settings', 'tills', 'clients']) void queries.invalidateQueries({ queryKey: [name] })
    notifications.show({ message: 'Settings imported.' })
    close()
  }
  return (
    <>
      {may('client') && (
        <Button
          variant="default"
          leftSection={<Download size={14} />}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          Export settings of programs
        </Button>
      )}
      {may('organisation', 'write') && may('client', 'write') && (
        <Button variant="default" leftSection={<Upload size={14} />} onClick={() => setImporting(true)}>
          Import settings of programs…
        </Button>
      )}
      {isImporting && <ImportDialog close={close} done={done} />}
    </>
  )
}

/** Reads the file and asks what it would change. @throws Error for a file that is no JSON. */
async function tryOut(file: File) {
  let document: unknown
  try {
    document = JSON.parse(await file.text())
  } catch {
    throw new Error('The file is not valid JSON')
  }
  const body = document as object
  const { changed } = await call<ImportedClientSettings>(path, {
    method: 'PUT',
    query: { dryRun: true },
    body,
  })
  return { body, changed }
}

function ImportDialog({ close, done }: DialogProps) {
  const [file, setFile] = useState<File | null>(null)
  const trial = useMutation({ mutationFn: tryOut })
  const action = useAction(
    ({ body, reason }: { body: object; reason: string }) => call(path, { method: 'PUT', body, reason }),
    done,
  )
  const tried = trial.data
  return (
    <ActionForm
      title="Import settings of programs"
      verb="Import"
      action={action}
      close={close}
      width={640}
      isIncomplete={tried === undefined || tried.changed.length === 0}
      submit={(reason) => tried && action.submit({ body: tried.body, reason })}
    >
      <FileInput
        label="File"
        description="As it was exported here, in another organisation or by the command line."
        placeholder="Choose a file"
        accept="application/json,.json"
        data-autofocus
        value={file}
        onChange={(chosen) => {
          setFile(chosen)
          trial.reset()
          if (chosen !== null) trial.mutate(chosen)
        }}
      />
      {trial.isError && (
        <Alert color="red" variant="outline" role="alert" title="The file cannot be imported">
          {refusalWords(trial.error)}
        </Alert>
      )}
      {tried !== undefined &&
        (tried.changed.length === 0 ? (
          <Effect>All settings are already as the file states them.</Effect>
        ) : (
          <Changes changed={tried.changed} />
        ))}
    </ActionForm>
  )
}

function Changes({ changed }: Pick<ImportedClientSettings, 'changed'>) {
  const rows = changed.flatMap(({ kind, name, settings }) =>
    settings.map((one) => ({ ...one, of: name === null ? 'Organisation' : `${kind} ${name}` })),
  )
  return (
    <>
      <div className="scroll-x boxed" role="region" aria-label="What changes" tabIndex={0}>
        <Table label="What changes" heads={['Of', 'Setting', 'Now', 'Afterwards']}>
          {rows.map(({ of, name, before, after }) => (
            <tr key={`${of} ${name}`}>
              <td>{of}</td>
              <td className="code">{name}</td>
              <td>{before ?? 'not stated'}</td>
              <td>{after ?? 'not stated'}</td>
            </tr>
          ))}
        </Table>
      </div>
      <Effect tone="warn">
        {plural(rows.length, 'setting')} will change. Tills and clients that the file does not name keep
        theirs. The changes take effect within a second.
      </Effect>
    </>
  )
}
