import { Alert, Button, CopyButton, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import type { PasswordLink, User } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { useFormats } from '../../parts/format.ts'

/** Makes a link with which a person chooses a new password, and shows it this once. */
export function PasswordLinkDialog({ user, close }: { user: User; close: () => void }) {
  const [link, setLink] = useState<PasswordLink | null>(null)
  const action = useAction(
    ({ reason }: { reason: string }) =>
      call<PasswordLink>(`/admin/v1/users/${user.id}/password-link`, { method: 'POST', reason }),
    setLink,
  )
  if (link !== null) return <Made user={user} link={link} close={close} />
  return (
    <ActionForm
      title={`Link for a new password of ${user.name}`}
      verb="Make link"
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect>
        With the link {user.name} chooses a new password. It works once, for an hour. Until then the old
        password works. An earlier link stops working.
      </Effect>
    </ActionForm>
  )
}

function Made({ user, link, close }: { user: User; link: PasswordLink; close: () => void }) {
  const formats = useFormats()
  const address = `${location.origin}${link.path}`
  return (
    <Modal
      opened
      onClose={close}
      title={`Link for a new password of ${user.name}`}
      closeOnClickOutside={false}
      size={560}
    >
      <Stack gap="sm">
        <Alert color="yellow" variant="outline">
          Whoever has the link can sign in as {user.name}. Give it to nobody else, by a way on which you are
          sure of the person. It is shown only now.
        </Alert>
        <TextInput
          label="Link"
          description={`Works once, until ${formats.clock(link.expiresAt)}.`}
          readOnly
          className="code-field"
          value={address}
          data-autofocus
          // Scripts may not copy on pages without HTTPS: the text is selected, so that it can be copied by keyboard.
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <Group justify="flex-end" gap="xs">
          <CopyButton value={address}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? 'Copied' : 'Copy link'}
              </Button>
            )}
          </CopyButton>
          <Button onClick={close}>I have passed it on</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
