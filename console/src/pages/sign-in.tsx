import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, type SubmitEvent } from 'react'
import { call, Refused } from '../api/call.ts'
import { changeSession } from '../api/queries.ts'
import type { Session } from '../api/types.ts'
import icon from '../icon.svg'
import { wordsOf } from '../parts/states.tsx'

const refusalOf = (error: Error): string =>
  error instanceof Refused && error.status === 429
    ? 'Too many tries. The time to wait grows with every further one.'
    : error instanceof Refused && error.status === 401
      ? 'The e-mail address or the password is wrong.'
      : wordsOf(error)

/** 0:08 */
const minutes = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`

/** Replaces the requested page; signing in continues to it. */
export function SignIn() {
  const queries = useQueryClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [waitS, setWaitS] = useState(0)
  const field = useRef<HTMLInputElement>(null)
  const signIn = useMutation({
    mutationFn: () => call<Session>('/admin/v1/session', { method: 'POST', body: { email, password } }),
    onSuccess: (session) => changeSession(queries, session),
    onError: (error) => {
      if (!(error instanceof Refused)) return
      if (error.status === 429) setWaitS(error.retryAfterS ?? 60)
      if (error.status === 401) field.current?.select()
    },
  })
  useEffect(() => {
    if (waitS === 0) return undefined
    const timer = setTimeout(() => setWaitS(waitS - 1), 1_000)
    return () => clearTimeout(timer)
  }, [waitS])
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (waitS === 0) signIn.mutate()
  }
  return (
    <main className="sign-in">
      <div>
        <div className="sign-in-head">
          <img src={icon} alt="" width={36} height={36} />
          <h1>Sign in to Counterfoil</h1>
        </div>
        <form className="panel panel-body" onSubmit={submit}>
          <Stack gap="sm">
            {signIn.isError && (
              <Alert color="red" variant="outline" role="alert">
                {refusalOf(signIn.error)}
              </Alert>
            )}
            <TextInput
              label="E-mail"
              type="email"
              name="email"
              autoComplete="username"
              required
              withAsterisk={false}
              data-autofocus
              autoFocus
              value={email}
              onChange={({ currentTarget }) => {
                setEmail(currentTarget.value)
                // The wait applies to one person at one address.
                setWaitS(0)
              }}
            />
            <PasswordInput
              ref={field}
              label="Password"
              name="password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
            />
            <Button type="submit" loading={signIn.isPending} disabled={waitS > 0} mt={4} fullWidth>
              {waitS > 0 ? `Wait ${minutes(waitS)}` : 'Sign in'}
            </Button>
          </Stack>
        </form>
      </div>
    </main>
  )
}
