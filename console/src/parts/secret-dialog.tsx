import { Alert, Button, CopyButton, Group, Modal, Stack, TextInput } from '@mantine/core'

export interface Secret {
  readonly name: string
  /** What it is used with, where there is such a thing. */
  readonly key?: string
  readonly secret: string
}

/** A secret, this once. */
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
          The secret is shown this once. Nobody can read it again here.
        </Alert>
        {key !== undefined && <TextInput label="Key" readOnly className="code-field" value={key} />}
        <TextInput label="Secret" readOnly className="code-field" value={secret} data-autofocus />
        <Group justify="flex-end" gap="xs">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? 'Copied' : 'Copy secret'}
              </Button>
            )}
          </CopyButton>
          <Button onClick={close}>I have kept it</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
