import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { Refused, Unanswered } from './call.ts'

/** `randomUUID` is there only where the page came by HTTPS. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )

/** Is it open whether the server carried it out? */
export const isOpen = (error: unknown): boolean =>
  error instanceof Unanswered || (error instanceof Refused && error.status >= 500)

/** The version of something that was changed meanwhile. */
export const newerOf = (error: unknown): number | undefined =>
  error instanceof Refused ? error.version : undefined

interface Pending<Input> {
  readonly key: string
  readonly input: Input
  readonly newer: number | undefined
}

/**
 * Something that changes the ledger, at most once. While nobody knows whether it was carried out, `submit` sends the same
 * input under the same key: the server gives its first answer again, or does it now.
 *
 * What was changed since the form was opened is refused. `submit` then carries it out all the same: `newer` is the version that
 * the refusal has named, and undefined the first time.
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
    /** The input stands as it was sent until the outcome is known. */
    isOpen: isOpen(mutation.error),
    /** Somebody else has changed it since the form was opened. */
    isStale: newerOf(mutation.error) !== undefined,
    error: mutation.error,
  }
}
