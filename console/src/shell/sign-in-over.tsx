import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, useSyncExternalStore, type SubmitEvent } from 'react'
import { call, Refused } from '../api/call.ts'
import { changeSession, sessionQuery } from '../api/queries.ts'
import { useSession } from '../api/session.tsx'
import { endWaiting, waitingStore } from '../api/sign-in-again.ts'
import type { Session } from '../api/types.ts'
import { refusalOfSignIn, useWait } from '../pages/sign-in-parts.ts'

/** Above the dialogs of pages, whose content stays. */
const layer = 500

/** Asks for the password over the page when the session has ended. */
export function SignInOver() {
  const isWaiting = useSyncExternalStore(waitingStore.subscribe, waitingStore.isWaiting)
  return isWaiting ? <Asked /> : null
}

function Asked() {
  const { user } = useSession()
  const queries = useQueryClient()
  const [password, setPassword] = useState('')
  const [wait, startWait] = useWait()
  const signIn = useMutation({
    mutationFn: () =>
      call<Session>('/admin/v1/session', { method: 'POST', body: { email: user.email, password } }),
    onSuccess: (session) => {
      queries.setQueryData(sessionQuery.queryKey, session)
      endWaiting(true)
    },
    onError: startWait,
  })
  const signOut = (): void => {
    endWaiting(false)
    changeSession(queries, null)
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    event.stopPropagation()
    if (wait === null) signIn.mutate()
  }
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={layer}
      // Whoever passes by reads nothing of the page.
      overlayProps={{ blur: 16, backgroundOpacity: 0.85 }}
      title="Your session has ended"
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">Enter your password to continue. Your input is still there.</Text>
          {signIn.isError && (
            <Alert color="red" variant="outline" role="alert">
              {signIn.error instanceof Refused && signIn.error.status === 401
                ? 'The password is wrong.'
                : refusalOfSignIn(signIn.error)}
            </Alert>
          )}
          <Text size="sm" c="dimmed">
            {user.name} · {user.email}
          </Text>
          {/* For the password manager. */}
          <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            data-autofocus
            value={password}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={signOut}>
              Sign out
            </Button>
            <Button type="submit" loading={signIn.isPending} disabled={wait !== null}>
              {wait === null ? 'Carry on' : `Wait ${wait}`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
