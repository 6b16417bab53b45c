import { Alert, Button, Group, Modal, Stack, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, type ReactNode, type SubmitEvent } from 'react'
import { Refused } from '../api/call.ts'
import type { useAction } from '../api/action.ts'
import { useDraft } from './draft.ts'
import { wordsOf } from './states.tsx'
import { Versions, versionsOf } from './versions.tsx'
import { longRefusal, overwriteVerb, reloadVerb, staleTitle, staleWords } from './words.ts'

type Action = Pick<ReturnType<typeof useAction>, 'isSending' | 'isOpen' | 'isStale' | 'error'>

/** What a dialog reports to the page that opened it. */
export interface DialogProps {
  readonly close: () => void
  /** The action succeeded. */
  readonly done: () => void
}

interface ActionFormProps {
  readonly title: string
  readonly action: Action
  /** The label of the button. */
  readonly verb: string
  readonly isDangerous?: boolean
  /** The input is incomplete. */
  readonly isIncomplete?: boolean
  readonly close: () => void
  readonly submit: (reason: string) => void
  readonly children: ReactNode
  /** Without it, no reason is requested. */
  readonly asksReason?: boolean
  /** Where the reason is kept. */
  readonly reasonWords?: string
  readonly maxReason?: number
  readonly width?: number
}

export function refusalWords(error: unknown): string {
  return error instanceof Refused && error.status < 500
    ? longRefusal(error.code, error.message)
    : wordsOf(error)
}

/** A dialog that changes the ledger: it shows what will happen, asks why, and offers a retry if no answer arrives. */
export function ActionForm({
  title,
  action,
  verb,
  isDangerous = false,
  isIncomplete = false,
  close,
  submit,
  children,
  asksReason = true,
  reasonWords = 'Recorded in the audit log with your name.',
  maxReason = 500,
  width = 480,
}: ActionFormProps) {
  const [{ reason }, setDraft, draft] = useDraft(`${location.pathname}:${title}`, () => ({ reason: '' }))
  // A reason that was given up must not be found in the next dialog of this title.
  const giveUp = (): void => {
    draft.forget()
    close()
  }
  // The dialog disappears when its action has succeeded: then it was still sending.
  const sending = useRef<(() => void) | null>(null)
  useEffect(() => {
    sending.current = action.isSending ? draft.forget : null
  })
  useEffect(() => () => sending.current?.(), [])
  // The server refuses blanks too. An empty field is refused by the browser.
  const isBlank = asksReason && reason !== '' && reason.trim() === ''
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    event.stopPropagation()
    if (!isIncomplete && !isBlank) submit(reason)
  }
  const queries = useQueryClient()
  const reload = (): void => {
    void queries.invalidateQueries()
    close()
  }
  return (
    // A click outside the dialog does not discard the input, and a key does not discard an awaited answer.
    <Modal
      opened
      onClose={() => action.isSending || giveUp()}
      title={title}
      size={width}
      closeOnClickOutside={false}
    >
      <form onSubmit={onSubmit}>
        <Stack gap="sm">
          {/* While it is open what was sent stands still. */}
          <fieldset disabled={action.isOpen || action.isSending} className="plain">
            <Stack gap="sm">
              {children}
              {asksReason && (
                <Textarea
                  label="Reason"
                  // Unless another field comes first.
                  data-autofocus
                  description={reasonWords}
                  required
                  withAsterisk={false}
                  autosize
                  minRows={1}
                  maxRows={4}
                  maxLength={maxReason}
                  error={isBlank && 'Say why: blanks are no reason'}
                  value={reason}
                  onChange={({ currentTarget: { value } }) => setDraft(() => ({ reason: value }))}
                  // As in the single-line fields above it; Shift+Enter begins a new line.
                  onKeyDown={(event) => {
                    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
                    event.preventDefault()
                    event.currentTarget.form?.requestSubmit()
                  }}
                />
              )}
            </Stack>
          </fieldset>
          {action.error && (
            <Alert
              color={action.isOpen || action.isStale ? 'yellow' : 'red'}
              variant="outline"
              role="alert"
              title={action.isOpen ? 'No answer came' : action.isStale ? staleTitle : 'Not done'}
            >
              {action.isOpen
                ? 'It is unknown whether this was executed. Trying again is safe: it is executed at most once.'
                : action.isStale
                  ? staleWords
                  : refusalWords(action.error)}
              {action.isStale && <Versions rows={versionsOf(action.error)} />}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs" mt={4}>
            <Button variant="default" onClick={action.isStale ? reload : giveUp} disabled={action.isSending}>
              {action.isOpen ? 'Close' : action.isStale ? reloadVerb : 'Cancel'}
            </Button>
            <Button
              type="submit"
              color={isDangerous || action.isStale ? 'red' : undefined}
              loading={action.isSending}
              disabled={isIncomplete}
            >
              {action.isOpen ? 'Try again' : action.isStale ? overwriteVerb : verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

export function Effect({ tone, children }: { tone?: 'good' | 'bad' | 'warn'; children: ReactNode }) {
  return (
    <div className="effect" data-tone={tone} aria-live="polite">
      {children}
    </div>
  )
}
