import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { call, Refused } from '../api/call.ts'
import { changeSession } from '../api/queries.ts'
import type { Session } from '../api/types.ts'
import icon from '../icon.svg'
import { wordsOf } from '../parts/states.tsx'

const refusalOf = (error: Error): string =>
  error instanceof Refused && error.status === 429
    ? `Too many tries. Wait ${error.retryAfterS ?? 60} seconds and try again.`
    : error instanceof Refused && error.status === 401
      ? 'The e-mail address or the password is wrong.'
      : wordsOf(error)

/** Stands in the place of whatever page was asked for; signing in leads on to it. */
export function SignIn() {
  const queries = useQueryClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useMutation({
    mutationFn: () => call<Session>('/admin/v1/session', { method: 'POST', body: { email, password } }),
    onSuccess: (session) => changeSession(queries, session),
  })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    signIn.mutate()
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
              onChange={({ currentTarget }) => setEmail(currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              name="password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
            />
            <Button type="submit" loading={signIn.isPending} mt={4} fullWidth>
              Sign in
            </Button>
          </Stack>
        </form>
      </div>
    </main>
  )
}
