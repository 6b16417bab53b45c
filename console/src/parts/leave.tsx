import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useEffect, useSyncExternalStore } from 'react'
import type { AroundNavHandler } from 'wouter'

/** Warns before a person leaves a page with an edited form. */

const edited = new Set<object>()
const listeners = new Set<() => void>()
let leaving: (() => void) | null = null

function ask(leave: (() => void) | null): void {
  leaving = leave
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Warns while the form has unsaved input. */
export function useLeaveWarning(isEdited: boolean): void {
  useEffect(() => {
    if (!isEdited) return undefined
    const form = {}
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    edited.add(form)
    globalThis.addEventListener('beforeunload', warn)
    return () => {
      edited.delete(form)
      globalThis.removeEventListener('beforeunload', warn)
    }
  }, [isEdited])
}

/** The form has been saved: the navigation that follows leaves nothing behind. */
export const allowLeaving = (): void => edited.clear()

/**
 * Asks before a link of the console leads away from an edited form. A change of the filter on the same page does not
 * count as leaving.
 */
export const aroundNav: AroundNavHandler = (navigate, to, options) => {
  const path = to.split('?', 1)[0] ?? ''
  const here = globalThis.location.pathname
  if (edited.size === 0 || path === '' || here.endsWith(path)) return navigate(to, options)
  ask(() => navigate(to, options))
}

/** The question itself. */
export function LeaveDialog() {
  const leave = useSyncExternalStore(subscribe, () => leaving)
  if (leave === null) return null
  const stay = (): void => ask(null)
  return (
    <Modal opened onClose={stay} title="Leave without saving?" size="sm" zIndex={400}>
      <Stack gap="sm">
        <Text size="sm">
          Your input has not been saved. This browser keeps it and restores it in the form when you return.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={stay} data-autofocus>
            Stay
          </Button>
          <Button
            color="red"
            onClick={() => {
              allowLeaving()
              ask(null)
              leave()
            }}
          >
            Leave
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
