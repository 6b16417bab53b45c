import { Button, Group, Textarea } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { notesQuery } from '../../api/history-queries.ts'
import { useMay } from '../../api/session.tsx'
import { ActionForm } from '../../parts/action-form.tsx'
import { useFormats } from '../../parts/format.ts'
import { isStale, Failed, Panel } from '../../parts/states.tsx'

const maxLength = 2_000

/** What people noted about a customer, latest first. */
export function CustomerNotes({ customerId }: { customerId: number }) {
  const may = useMay()
  const formats = useFormats()
  const [isAdding, setIsAdding] = useState(false)
  const query = useInfiniteQuery(notesQuery(customerId))
  const notes = query.data?.pages.flatMap((page) => page.notes) ?? []
  return (
    <Panel
      title="Notes"
      aside={
        may('customer', 'write') && (
          <Button size="xs" variant="default" onClick={() => setIsAdding(true)}>
            Add note
          </Button>
        )
      }
    >
      {query.isError && !isStale(query) ? (
        <Failed error={query.error} retry={() => void query.refetch()} />
      ) : notes.length === 0 ? (
        <p className="panel-body second plain-text">{query.isPending ? 'Reading …' : 'No notes yet.'}</p>
      ) : (
        <ul className="plain-list">
          {notes.map(({ id, text, author, createdAt }) => (
            <li key={id}>
              <div>
                <p className="note">{text}</p>
                <div className="second">
                  {author.name ?? author.kind}, {formats.time(createdAt)}
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Group className="grid-foot">
          <Button
            size="xs"
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show earlier notes
          </Button>
        </Group>
      )}
      {isAdding && <AddNoteDialog customerId={customerId} close={() => setIsAdding(false)} />}
    </Panel>
  )
}

function AddNoteDialog({ customerId, close }: { customerId: number; close: () => void }) {
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const leave = (): void => {
    close()
    void queries.invalidateQueries({ queryKey: ['customer', customerId] })
  }
  const action = useAction(
    (body: { text: string }, key) =>
      call(`/admin/v1/customers/${customerId}/notes`, { method: 'POST', key, body }),
    leave,
  )
  return (
    <ActionForm
      title="Add a note"
      verb="Add note"
      action={action}
      close={leave}
      asksReason={false}
      isIncomplete={text.trim() === ''}
      submit={() => action.submit({ text: text.trim() })}
    >
      <Textarea
        label="Note"
        description="For colleagues; it bears your name, cannot be changed, and is deleted if the person is erased."
        data-autofocus
        autosize
        minRows={3}
        maxRows={10}
        maxLength={maxLength}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
    </ActionForm>
  )
}
