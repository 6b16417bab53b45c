import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { Refused, Unanswered } from './call.ts'

/** `randomUUID` exists only on pages served by HTTPS. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )

/** Whether it is unknown if the server executed the request. */
export const isOpen = (error: unknown): boolean =>
  error instanceof Unanswered || (error instanceof Refused && error.status >= 500)

/** The current version after a concurrent change. */
export const newerOf = (error: unknown): number | undefined =>
  error instanceof Refused ? error.version : undefined

interface Pending<Input> {
  readonly key: string
  readonly input: Input
  readonly newer: number | undefined
}

/**
 * A change to the ledger, executed at most once. While it is unknown whether it was executed, `submit` sends the same
 * input under the same key: the server returns its first answer again, or executes it now.
 *
 * A change is refused if its subject was changed since the form was opened. `submit` then overrides the other change:
 * `newer` is the version from the refusal, and undefined the first time.
 */
export function useAction<Input, Answer>(
  carryOut: (input: Input, key: string, newer: number | undefined) => Promise<Answer>,
  onDone: (answer: Answer, input: Input) => void,
) {
  const pending = useRef<Pending<Input> | null>(null)
  const mutation = useMutation({
    mutationFn: ({ key, input, newer }: Pending<Input>) => carryOut(input, key, newer),
    onSuccess: (answer, { input }) => {
      pending.current = null
      onDone(answer, input)
    },
    onError: (error) => {
      if (!isOpen(error)) pending.current = null
    },
  })
  return {
    submit: (input: Input) => {
      if (mutation.isPending) return
      pending.current ??= { key: newKey(), input, newer: newerOf(mutation.error) }
      mutation.mutate(pending.current)
    },
    reset: () => {
      pending.current = null
      mutation.reset()
    },
    isSending: mutation.isPending,
    /** The input stays as it was sent until the outcome is known. */
    isOpen: isOpen(mutation.error),
    /** Someone else has changed it since the form was opened. */
    isStale: newerOf(mutation.error) !== undefined,
    error: mutation.error,
  }
}
