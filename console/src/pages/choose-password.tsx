import { Alert, Button, PasswordInput, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { Link, useLocation } from 'wouter'
import { call, Refused } from '../api/call.ts'
import { changeSession } from '../api/queries.ts'
import type { LinkHolder, Session } from '../api/types.ts'
import icon from '../icon.svg'
import { Failed, Loading, wordsOf } from '../parts/states.tsx'
import { passwordRule } from '../parts/words.ts'

const path = '/admin/v1/password-link'

/** The page of a link for a new password. The secret is in the fragment, which browsers send to no server. */
export default function ChoosePassword() {
  const [token] = useState(() => location.hash.slice(1))
  const holder = useQuery({
    queryKey: ['session', 'link', token],
    staleTime: Infinity,
    queryFn: ({ signal }) => call<LinkHolder>(`${path}/read`, { method: 'POST', body: { token }, signal }),
  })
  const isGone = holder.error instanceof Refused && holder.error.status < 429
  return (
    <main className="sign-in">
      <div>
        <div className="sign-in-head">
          <img src={icon} alt="" width={36} height={36} />
          <h1>Choose a new password</h1>
          {holder.data && <p className="sign-in-of">{holder.data.organisation}</p>}
        </div>
        {holder.isPending ? (
          <Loading rows={3} />
        ) : isGone ? (
          <Alert color="yellow" variant="outline" role="alert" title="This link does not work">
            <Stack gap="xs">
              <Text size="sm">
                It was used, replaced by a newer one or has expired. An administrator can make another one.
              </Text>
              <Link href="/">Sign in</Link>
            </Stack>
          </Alert>
        ) : holder.isError ? (
          <Failed error={holder.error} retry={() => void holder.refetch()} />
        ) : (
          <PasswordForm token={token} holder={holder.data} />
        )}
      </div>
    </main>
  )
}

function PasswordForm({ token, holder }: { token: string; holder: LinkHolder }) {
  const queries = useQueryClient()
  const [, navigate] = useLocation()
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const differs = again !== '' && again !== password
  const use = useMutation({
    mutationFn: () => call<Session>(`${path}/use`, { method: 'POST', body: { token, password } }),
    onSuccess: (session) => {
      navigate('/', { replace: true })
      changeSession(queries, session)
    },
  })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (!differs) use.mutate()
  }
  return (
    <form className="panel panel-body" onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">
          <b>{holder.name}</b>
          <br />
          {holder.email}
        </Text>
        {use.isError && (
          <Alert color="red" variant="outline" role="alert">
            {wordsOf(use.error)}
          </Alert>
        )}
        {/* For the password manager. */}
        <input type="hidden" name="username" autoComplete="username" value={holder.email} readOnly />
        <PasswordInput
          label="New password"
          description={passwordRule}
          name="password"
          autoComplete="new-password"
          required
          withAsterisk={false}
          autoFocus
          value={password}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
        <PasswordInput
          label="New password again"
          autoComplete="new-password"
          required
          withAsterisk={false}
          error={differs && 'The two passwords differ'}
          value={again}
          onChange={({ currentTarget }) => setAgain(currentTarget.value)}
        />
        <Button type="submit" loading={use.isPending} mt={4} fullWidth>
          Set password and sign in
        </Button>
        <Text size="xs" c="dimmed">
          Your other sessions end.
        </Text>
      </Stack>
    </form>
  )
}
