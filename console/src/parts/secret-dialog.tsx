import { Alert, Button, CopyButton, Group, Modal, Stack, TextInput } from '@mantine/core'
import type { FocusEvent } from 'react'

export interface Secret {
  readonly name: string
  /** The key that belongs to the secret, if any. */
  readonly key?: string
  readonly secret: string
}

/** Shows a secret, only this once. */
export function SecretDialog({
  secret: { name, key, secret },
  close,
}: {
  secret: Secret
  close: () => void
}) {
  const what = key === undefined ? 'Secret' : 'Key and secret'
  return (
    <Modal opened onClose={close} title={`${what} of ${name}`} closeOnClickOutside={false} size={520}>
      <Stack gap="sm">
        <Alert color="yellow" variant="outline">
          The secret is shown only now. It cannot be read again here.
        </Alert>
        {key !== undefined && <TextInput label="Key" {...field} value={key} />}
        <TextInput label="Secret" {...field} value={secret} data-autofocus />
        <Group justify="flex-end" gap="xs">
          {key !== undefined && <Copy what="key" value={key} />}
          <Copy what="secret" value={secret} />
          <Button onClick={close}>I have kept it</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

// Scripts may not copy on pages without HTTPS: the text is selected, so that it can be copied by keyboard.
const field = {
  readOnly: true,
  className: 'code-field',
  onFocus: ({ currentTarget }: FocusEvent<HTMLInputElement>) => currentTarget.select(),
}

function Copy({ what, value }: { what: string; value: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button variant="default" onClick={copy}>
          {copied ? 'Copied' : `Copy ${what}`}
        </Button>
      )}
    </CopyButton>
  )
}
