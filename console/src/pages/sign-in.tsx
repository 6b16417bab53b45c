import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type SubmitEvent } from 'react'
import { call, Refused } from '../api/call.ts'
import { changeSession } from '../api/queries.ts'
import type { Session, SignInPage } from '../api/types.ts'
import icon from '../icon.svg'
import { lastOrganisation, refusalOfSignIn, useWait } from './sign-in-parts.ts'

/** Replaces the requested page; signing in continues to it. */
export function SignIn() {
  const queries = useQueryClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const sole = useQuery({
    queryKey: ['session', 'page'],
    staleTime: Infinity,
    queryFn: ({ signal }) => call<SignInPage>('/admin/v1/sign-in', { signal }),
  })
  // Of several organisations the one that this browser has signed in to before.
  const organisation = sole.data?.organisation ?? lastOrganisation.read()
  const [wait, startWait, endWait] = useWait()
  const field = useRef<HTMLInputElement>(null)
  const signIn = useMutation({
    mutationFn: () => call<Session>('/admin/v1/session', { method: 'POST', body: { email, password } }),
    onSuccess: (session) => changeSession(queries, session),
    onError: (error) => {
      startWait(error)
      if (error instanceof Refused && error.status === 401) field.current?.select()
    },
  })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (wait === null) signIn.mutate()
  }
  return (
    <main className="sign-in">
      <div>
        <div className="sign-in-head">
          <img src={icon} alt="" width={36} height={36} />
          <h1>Sign in to Counterfoil</h1>
          {organisation && <p className="sign-in-of">{organisation}</p>}
        </div>
        <form className="panel panel-body" onSubmit={submit}>
          <Stack gap="sm">
            {signIn.isError && (
              <Alert color="red" variant="outline" role="alert">
                {refusalOfSignIn(signIn.error)}
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
                endWait()
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
            <Button type="submit" loading={signIn.isPending} disabled={wait !== null} mt={4} fullWidth>
              {wait === null ? 'Sign in' : `Wait ${wait}`}
            </Button>
          </Stack>
        </form>
        <details className="sign-in-help">
          <summary>Forgot your password?</summary>
          <p>
            Ask an administrator of your organisation for a link with which you choose a new one: on the page
            People, in the menu beside your name. If nobody can sign in, whoever runs the server sets a
            password with <code>counterfoil user set-password</code>.
          </p>
        </details>
      </div>
    </main>
  )
}
